"""Results that come from elsewhere against what a study has: what is there, what is new, what contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.bundles.course import after_reading
from app.bundles.results import Results
from app.errors import AppError
from app.store.opening import OpenStudy
from app.study.chain import DurableStep, Head
from app.study.events import Event
from app.study.reading import Reading


@dataclass(frozen=True, eq=False)
class BundleComparison:
    """`new`: what can be appended as it is. `known`: readings that the study has already. `parted`: whether
    the chain parted from the study's; `contradicting`: the readings after that."""

    new: tuple[tuple[tuple[Event, ...], Reading | None], ...] = ()
    known: int = 0
    contradicting: tuple[Reading, ...] = field(default=())
    parted: bool = False

    @property
    def new_readings(self) -> int:
        """How many readings would be added."""
        return sum(reading is not None for _, reading in self.new)

    @property
    def new_events(self) -> int:
        """How many events would be added."""
        return sum(len(events) for events, _ in self.new)


def compare(
    study: OpenStudy, reader: str, results: Results, batches: Sequence[DurableStep], name: str
) -> BundleComparison:
    """Walk the results' chains beside the study's.

    Raises AppError when they do not hold in themselves, or go on from a place that the study never was at.
    """
    start = results.header.start
    have = _Have(study, reader, start)
    if not have.begins_there:
        raise AppError(
            f"{name} goes on after {start.readings} earlier readings that are not in this study.",
            "Merge those first; if this is an older copy of the study, use the current one.",
        )
    head, parted = start, False
    new: list[tuple[tuple[Event, ...], Reading | None]] = []
    contradicting: list[Reading] = []
    known = 0
    for batch in batches:
        fresh = []
        for event in batch.events:
            head = head.after((event,))
            there = have.events.get(head.events)
            parted = parted or (there is not None and there != head.events_sha256)
            if there is None:
                fresh.append(event)
        reading = batch.reading
        if reading is not None:
            head = after_reading(head, reading, f"{name}, line {batch.line},")
            there = have.readings.get(head.readings)
            parted = parted or (there is not None and there != reading.sha256)
            if parted:
                contradicting.append(reading)
            elif there is not None:
                known, reading = known + 1, None
        if not parted and (fresh or reading is not None):
            new.append((tuple(fresh), reading))
    return BundleComparison(tuple(new), known, tuple(contradicting), parted)


class _Have:
    """The running hashes that the study has after `start`, by number."""

    def __init__(self, study: OpenStudy, reader: str, start: Head) -> None:
        first = study.genesis(reader)
        events = {0: first} | {stored.sequence: stored.sha256 for stored in study.readings.events(reader)}
        readings = {0: first} | {stored.number: stored.sha256 for stored in study.readings.stored(reader)}
        self.begins_there = (events.get(start.events), readings.get(start.readings)) == (
            start.events_sha256,
            start.readings_sha256,
        )
        self.events = events
        self.readings = readings

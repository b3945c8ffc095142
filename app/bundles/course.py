"""How far results go: the two chains they walk along, and which of two files goes further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.bundles.results import Results, worth_keeping
from app.errors import AppError
from app.study.chain import Head
from app.study.events import EventKind
from app.study.reading import Reading

KEPT_KINDS = frozenset({EventKind.DEVIATION.value, EventKind.QUESTIONNAIRE.value})
"""Events that are kept although no reading follows them."""


@dataclass(frozen=True, eq=False)
class ResultsCourse:
    """The running hashes of both chains by number; `answers` counts the readings on the way."""

    readings: Mapping[int, str]
    events: Mapping[int, str]
    answers: int

    @property
    def nothing(self) -> bool:
        """Whether nothing that is worth keeping was recorded."""
        return len(self.readings) + len(self.events) == 2  # where it starts

    def extends(self, other: ResultsCourse) -> bool:
        """Whether all of the other lies on this one's way; so it does when both are the same."""
        return _ends_on(self.readings, other.readings) and _ends_on(self.events, other.events)


def course_of(results: Results, name: str) -> ResultsCourse:
    """Walk along the results up to the last thing worth keeping; raises AppError when a reading does not fit
    what came before it."""
    head = results.header.start
    readings, events = {head.readings: head.readings_sha256}, {head.events: head.events_sha256}
    answers = 0
    for batch in worth_keeping(results.batches, KEPT_KINDS):
        for event in batch.events:
            head = head.after((event,))
            events[head.events] = head.events_sha256
        if batch.reading is not None:
            head = after_reading(head, batch.reading, f"{name}, line {batch.line},")
            readings[head.readings] = head.readings_sha256
            answers += 1
    return ResultsCourse(readings, events, answers)


def after_reading(head: Head, reading: Reading, where: str) -> Head:
    """The ends of the chains after this reading; raises AppError when it does not fit its hash or place."""
    if not head.admits(reading):
        raise AppError(
            f"{where} does not fit the chain of readings before it.",
            "Ask for the file again; nothing of it was taken over.",
        )
    return head.past(reading)


def _ends_on(chain: Mapping[int, str], other: Mapping[int, str]) -> bool:
    end = max(other)
    return chain.get(end) == other[end]

"""Clocks, answers and small protocols that tests share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import ViewName
from app.study.answer import Answer, DisplayState
from app.study.chain import Head, genesis
from app.study.clock import SimulatedClock
from app.study.events import Event
from app.study.journal import ReaderHistory
from app.study.order import draw_order
from app.study.protocol import Protocol
from app.study.reading import Reading, ReadingDraft
from app.study.session import ReadingSession, Sitting

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DISPLAY = DisplayState(lower_level=0, upper_level=119)
YES = Answer(call=True, rating=80)
NO = Answer(call=False, rating=10, no_lesion=True)


@dataclass
class ListJournal:
    """Keeps everything in lists, and fails when told to."""

    events: list[Event] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    failing: bool = False

    def append_events(self, events: Sequence[Event]) -> None:
        self._check()
        self.events.extend(events)

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        self._check()
        self.events.extend(events)
        previous = self.readings[-1].sha256 if self.readings else genesis("p", "R1")
        reading = Head(len(self.readings), previous, len(self.events), "e").link(draft)
        self.readings.append(reading)
        return reading

    def _check(self) -> None:
        if self.failing:
            raise AppError("study.db could not be written: the disk is full.", "Free some space.")


def protocol(**changes: object) -> Protocol:
    return replace(Protocol(title="Test", code="TEST"), **changes)  # type: ignore[arg-type]


def cases(count: int) -> list[str]:
    return [f"C{number:03d}" for number in range(1, count + 1)]


def session(
    rules: Protocol,
    clock: SimulatedClock,
    journal: ListJournal | None = None,
    count: int = 3,
    history: ReaderHistory | None = None,
    **more: object,
) -> ReadingSession:
    history = history or ReaderHistory(draw_order(rules, cases(count), rules.readers[0]))
    sitting = Sitting("TEST", "p" * 64, "0.1.0", rules.readers[0])
    return ReadingSession(rules, history, journal or ListJournal(), clock, sitting, **more)  # type: ignore[arg-type]


def show(reading: ReadingSession, clock: SimulatedClock, load: float = 0.02) -> None:
    """Open the next case and paint it."""
    assert reading.open_next() is not None
    clock.advance(load)
    reading.displayed(DISPLAY, {"anterior": "a" * 64}, load)


def mark(rating: float | None = 70, label: str = "metastasis") -> Region:
    outline = np.array([[10.5, 20.5], [14.5, 20.5], [12.5, 25.0]])
    return Region(ViewName.ANTERIOR, outline, label, rating)

"""What a session needs from the place where answers are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from app.study.assignment import Assignment
from app.study.chain import Head
from app.study.events import Event
from app.study.reading import Reading, ReadingDraft


class Journal(Protocol):
    """Where events and readings become durable; every method is durable when it returns.

    A method that cannot do so raises AppError and has changed nothing.
    """

    def append_events(self, events: Sequence[Event]) -> None:
        """Append events."""

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Append events and the reading that they end in, in one transaction; returns it with its hash."""


@dataclass(frozen=True)
class ReaderHistory:
    """What one reader did before this session.

    `plan`: the reader's whole list, in the order of positions. `finished`: positions that ask for nothing
    more. `locked`: first answers whose second is missing, by position. `interrupted`: events of the
    attempts at unfinished positions, by position. `visit_ended`: UTC of the last reading of each visit.
    `last`: the latest reading, amendments included. `head`: where the chains end, None before they begin.
    `beside`: questionnaires of the reader, and everybody's sittings as far as they may be seen.
    `asked_utc`: the moment by the server's clock, which counts for the washout there; None for a study in
    a file.
    """

    plan: tuple[Assignment, ...]
    finished: frozenset[int] = frozenset()
    locked: Mapping[int, Reading] = field(default_factory=dict)
    interrupted: Mapping[int, tuple[Event, ...]] = field(default_factory=dict)
    visit_ended: Mapping[int, datetime] = field(default_factory=dict)
    last: Reading | None = None
    last_session_utc: datetime | None = None
    head: Head | None = None
    beside: tuple[Event, ...] = ()
    asked_utc: datetime | None = None

    def has_begun(self, item: Assignment) -> bool:
        """Whether anything was recorded of a presentation."""
        return any(item.position in begun for begun in (self.finished, self.locked, self.interrupted))

    def without(self, cases: Collection[str]) -> ReaderHistory:
        """The same with these cases off the list, but for presentations that were read to their end."""
        kept = (item for item in self.plan if item.case not in cases or item.position in self.finished)
        return replace(self, plan=tuple(kept))

    @property
    def begun_visit(self) -> int:
        """The latest visit that was begun; 1 before any."""
        return max((item.visit for item in self.plan if self.has_begun(item)), default=1)

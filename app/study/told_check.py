"""Checks that a reader's events tell how each answer was given, and that first answers stayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.study.chain_check import StoredEvent, StoredReading, parsed
from app.study.events import EventKind
from app.study.reading import Outcome

MOST = 10
"""So many sentences about one reader; the rest is counted."""
_ENDINGS = {
    Outcome.ANSWERED.value: EventKind.SUBMITTED,
    Outcome.TECHNICAL.value: EventKind.TECHNICAL_PROBLEM,
    Outcome.SKIPPED.value: EventKind.SKIPPED,
}


class Happened:
    """What happened at each place of a reader's list, and when: collected while the events pass by."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, int, EventKind], int] = {}
        self._revealed: dict[int, int] = {}
        self.copied = False
        """Whether the study kept a second copy while this was read."""

    def noting(self, events: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
        """The same events, each noted as it passes."""
        for stored in events:
            event = stored.event
            self._last[event.position, event.attempt, event.kind] = stored.sequence
            if event.kind is EventKind.SESSION_OPENED:
                self.copied |= event.payload.get("second_copy") is True
            if event.kind is EventKind.AI_REVEALED:
                self._revealed.setdefault(event.position, stored.sequence)
            yield stored

    def between(self, place: int, attempt: int, kind: EventKind, after: int, until: int) -> bool:
        """Whether the last such event is one of those after `after`, up to `until`."""
        return after < self._last.get((place, attempt, kind), 0) <= until

    def was_revealed(self, place: int, until: int) -> bool:
        """Whether the AI was on the screen there before."""
        return self._revealed.get(place, until + 1) <= until


def told_problems(reader: str, readings: Iterable[StoredReading], happened: Happened) -> list[str]:
    """A sentence per answer that no event tells of, or that replaces a locked first answer."""
    problems: list[str] = []
    before: dict[str, StoredReading] = {}
    locked: set[object] = set()
    answered = 0
    for stored in readings:
        columns, place = stored.columns, stored.columns["position"]
        amended = bool(columns["amends"])
        what = _replaced(before, stored, happened) if amended else _untold(stored, happened, answered)
        if columns["locked"] and not what:
            what = "is a second locked first answer there" if place in locked else ""
            locked.add(place)
        if what:
            problems.append(f"Reader {reader}, position {place}: reading {stored.number} {what}.")
        before[stored.sha256] = stored
        answered = stored.events
    left = len(problems) - MOST
    return [*problems[:MOST], f"Reader {reader}: {left:,} more like these."] if left > 0 else problems


def _untold(stored: StoredReading, happened: Happened, answered: int) -> str:
    place, attempt = _where(stored)
    outcome = str(stored.columns["outcome"])
    ending = EventKind.LOCKED if stored.columns["locked"] else _ENDINGS.get(outcome)
    if ending is None or not happened.between(place, attempt, ending, answered, stored.events):
        return "has no event that tells how it was given"
    shown = happened.between(place, attempt, EventKind.DISPLAYED, 0, stored.events)
    return "" if shown or ending not in (EventKind.LOCKED, EventKind.SUBMITTED) else "was never displayed"


def _replaced(before: dict[str, StoredReading], stored: StoredReading, happened: Happened) -> str:
    place, attempt = _where(stored)
    replaced = before.get(str(stored.columns["amends"]))
    if replaced is None or replaced.columns["position"] != stored.columns["position"]:
        return "changes an answer that is not there"
    if replaced.columns["locked"]:
        seen = " after the AI was revealed" if happened.was_revealed(place, stored.events) else ""
        return f"changes the locked first answer{seen}"
    told = happened.between(place, attempt, EventKind.AMENDED, replaced.events, stored.events)
    return "" if told else "changes an answer, and no event tells so"


def _where(stored: StoredReading) -> tuple[int, int]:
    attempt = parsed(stored.texts["identity"]).get("attempt")
    place = stored.columns["position"]
    return (place if isinstance(place, int) else 0, attempt if isinstance(attempt, int) else 0)

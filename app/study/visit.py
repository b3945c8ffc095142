"""Which presentations a sitting may take, in which order, and when the next visit may begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.study.assignment import Assignment
from app.study.journal import ReaderHistory
from app.study.protocol import Enforcement, Protocol


@dataclass(frozen=True)
class VisitPlan:
    """What is to be read in one visit.

    `queue`: what is left, interrupted presentations first, then by position; empty while the washout
    keeps the visit closed. `opens_utc`: when it may begin, None when nothing keeps it. `deviation`: what
    the protocol would not have, when it is only enforced softly.
    """

    number: int
    total: int
    done: int
    queue: tuple[Assignment, ...]
    opens_utc: datetime | None = None
    deviation: str = ""


def plan_visit(protocol: Protocol, history: ReaderHistory, now: datetime) -> VisitPlan:
    """The visit that the reader is in at `now` (UTC): the first one with anything left to read."""
    open_visits = sorted({item.visit for item in history.plan if item.position not in history.finished})
    if not open_visits:
        last = max((item.visit for item in history.plan), default=1)
        count = sum(item.visit == last for item in history.plan)
        return VisitPlan(last, count, count, ())
    number = open_visits[0]
    items = [item for item in history.plan if item.visit == number]
    left = sorted(
        (item for item in items if item.position not in history.finished),
        key=lambda item: (not history.has_begun(item), item.position),
    )
    done = len(items) - len(left)
    opens = visit_opens(protocol, history, number)
    begun = any(history.has_begun(item) for item in items)
    if (
        begun or opens is None or now >= opens
    ):  # what was begun lawfully, or with its deviation recorded, goes on
        return VisitPlan(number, len(items), done, tuple(left))
    if protocol.washout is Enforcement.HARD:
        return VisitPlan(number, len(items), done, (), opens_utc=opens)
    missing = (opens - now) / timedelta(days=1)
    text = (
        f"visit {number} began {missing:.2f} days before the washout ({protocol.washout_days:g} days) ended"
    )
    return VisitPlan(number, len(items), done, tuple(left), deviation=text)


def visit_opens(protocol: Protocol, history: ReaderHistory, number: int) -> datetime | None:
    """When the washout before the second visit of a pair is over; None for the first, whose cases are new."""
    ended = history.visit_ended.get(number - 1) if is_second(number) else None
    return None if ended is None else ended + timedelta(days=protocol.washout_days)


def is_second(number: int) -> bool:
    """Whether a visit shows the cases of the visit before it again: 2, and 4 where cases were added late."""
    return number % 2 == 0

"""Clocks that were set back, or far ahead, between the sittings of a reader: told, never corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.study.canonical import utc_text

TOLERANCE = timedelta(minutes=5)
"""Clocks that nobody touches are off by less."""


@dataclass(frozen=True)
class SittingTimes:
    """The first and the last moment that the events of one sitting tell, by the reader's clock (UTC)."""

    reader: str
    began: datetime
    ended: datetime


def clock_doubts(sittings: Iterable[SittingTimes], frozen: datetime | None, now: datetime) -> tuple[str, ...]:
    """A sentence per sitting whose clock cannot have been right; each reader's sittings in order.

    `frozen`: when the protocol was; `now`: by the clock of whoever asks.
    """
    doubts = []
    before: SittingTimes | None = None
    for sitting in sittings:
        who = f"The clock of reader {sitting.reader}"
        if (
            before is not None
            and before.reader == sitting.reader
            and before.ended - sitting.began > TOLERANCE
        ):
            by = told_span(before.ended - sitting.began)
            doubts.append(f"{who} was set back by {by} or more before the sitting of {day(sitting.began)}.")
        if frozen is not None and frozen - sitting.began > TOLERANCE:
            by = told_span(frozen - sitting.began)
            doubts.append(f"{who} said {day(sitting.began)}, {by} before the protocol was frozen.")
        if sitting.ended - now > TOLERANCE:
            by = told_span(sitting.ended - now)
            doubts.append(f"{who} said {day(sitting.ended)}, which is {by} ahead of now.")
        before = sitting
    return tuple(doubts)


def told_span(span: timedelta) -> str:
    """A length of time as people say it."""
    hours = span / timedelta(hours=1)
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.1f} hours"


def day(moment: datetime) -> str:
    """Day and minute in UTC."""
    return utc_text(moment)[:16].replace("T", " ")

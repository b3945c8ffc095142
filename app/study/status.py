"""How far a study is, without a word of what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.study.protocol import Arm


class CellStatus(StrEnum):
    """How far one case is with one reader in one arm."""

    UNASSIGNED = "not assigned"
    OPEN = "to be read"
    INTERRUPTED = "begun, not finished"
    LOCKED = "first answer locked"
    DONE = "read"
    SKIPPED = "skipped"
    TECHNICAL = "technical problem"
    EXCLUDED = "case excluded"


@dataclass(frozen=True)
class ReaderProgress:
    """One reader's progress; `mean_seconds` is the active time per presentation.

    `total` counts what is asked for: of a reader who was `withdrawn` only what was read.
    """

    reader: str
    total: int
    done: int
    skipped: int = 0
    technical: int = 0
    deviations: int = 0
    mean_seconds: float | None = None
    first_utc: datetime | None = None
    last_utc: datetime | None = None
    withdrawn: bool = False

    @property
    def left(self) -> int:
        """Presentations that are still to be read."""
        return self.total - self.done

    @property
    def hours_left(self) -> float | None:
        """Reading time that is left, at the pace so far."""
        return None if self.mean_seconds is None else self.left * self.mean_seconds / 3600

    def finish(self, now: datetime) -> datetime | None:
        """When the reader will be done, going on at the same number of cases a day; None in the first day."""
        if self.left == 0:
            return self.last_utc
        if self.first_utc is None or self.done == 0 or now - self.first_utc < timedelta(days=1):
            return None
        return now + (now - self.first_utc) / self.done * self.left


def forecast(readers: Sequence[ReaderProgress], now: datetime) -> datetime | None:
    """When the last reader will be done; None while nobody can say."""
    ends = [reader.finish(now) for reader in readers if not reader.withdrawn]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True)
class StatusColumn:
    """One column of the matrix."""

    reader: str
    arm: Arm

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.reader} {self.arm.value}"

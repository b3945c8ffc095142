"""The clock of a session: monotonic nanoseconds decide, UTC stamps accompany them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


@dataclass(frozen=True)
class Instant:
    """One moment on both clocks: nanoseconds of a monotonic clock, and UTC."""

    monotonic_ns: int
    utc: datetime


class Clock(Protocol):
    """Gives the current instant."""

    def now(self) -> Instant:
        """The current instant."""


class SystemClock:
    """The clocks of this computer."""

    def now(self) -> Instant:
        """The current instant; in sleep the monotonic clock may stand still, UTC does not."""
        return Instant(time.monotonic_ns(), datetime.now(UTC))


class SimulatedClock:
    """A clock that moves only when it is told to, for rehearsals and tests."""

    def __init__(self, start: datetime, monotonic_ns: int = 0) -> None:
        self._utc = start
        self._monotonic_ns = monotonic_ns

    def now(self) -> Instant:
        """Where it stands."""
        return Instant(self._monotonic_ns, self._utc)

    def advance(self, seconds: float) -> Instant:
        """Let time go by; gives the new instant."""
        self._monotonic_ns += round(seconds * 1_000_000_000)
        self._utc += timedelta(seconds=seconds)
        return self.now()

    def sleep(self, seconds: float) -> Instant:
        """Let the computer sleep: the monotonic clock stands still, UTC does not."""
        self._utc += timedelta(seconds=seconds)
        return self.now()

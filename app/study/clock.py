"""The clock of a session: monotonic nanoseconds decide, UTC stamps accompany them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
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

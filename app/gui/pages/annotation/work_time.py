"""How long somebody works on a case: the time between two things that are done, as long as it is no break."""

from __future__ import annotations

from app.study.clock import Clock, SystemClock

BREAK_SECONDS = 60.0
"""After so long without mouse or keys nobody is working: the time until the next movement does not count."""


class WorkTime:
    """Counts from `start` on; `taken` gives what has come together since it was last asked."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._seen = self._clock.now().monotonic_ns
        self._seconds = 0.0

    def start(self) -> None:
        """Another case: nothing has come together."""
        self._seen, self._seconds = self._clock.now().monotonic_ns, 0.0

    def seen(self) -> None:
        """Something was done."""
        now = self._clock.now().monotonic_ns
        gap = (now - self._seen) / 1e9
        self._seen = now
        if gap <= BREAK_SECONDS:
            self._seconds += gap

    def taken(self) -> float:
        """Seconds of work since it was last asked."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds

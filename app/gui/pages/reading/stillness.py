"""Notices that nothing has been touched for long; the time is never taken off, only asked about."""

from __future__ import annotations

from app.study.clock import Clock

_NANOSECONDS_PER_MINUTE = 60 * 1_000_000_000


class Stillness:
    """Knows when the reader last did anything."""

    def __init__(self, minutes: float, clock: Clock) -> None:
        self._limit_ns = minutes * _NANOSECONDS_PER_MINUTE
        self._clock = clock
        self._last_ns = clock.now().monotonic_ns

    def stir(self) -> None:
        """The reader did something."""
        self._last_ns = self._clock.now().monotonic_ns

    @property
    def too_long(self) -> bool:
        """Whether it is time to ask; a limit of 0 never asks."""
        return self._limit_ns > 0 and self._clock.now().monotonic_ns - self._last_ns >= self._limit_ns

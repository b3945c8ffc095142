"""Events of a session from the moment they happen until they are durable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import AppError
from app.study.attempt import Attempt
from app.study.canonical import JsonValue
from app.study.clock import Clock, Instant
from app.study.events import Event, EventKind
from app.study.timer import JUMP_SECONDS, NANOSECONDS, disagreement

HEARTBEAT_SECONDS = 5.0
"""So much of the time of an attempt that a crash interrupts is lost at most."""
SUSPEND_SECONDS = 10.0
"""Ticks come every second; a longer silence means that the program did not run."""


class EventLog:
    """Numbers and keeps events, and watches the two clocks for sleep and jumps."""

    def __init__(self, session: str, clock: Clock, opened: Instant) -> None:
        self._session = session
        self._clock = clock
        self._number = 0
        self._pending: list[Event] = []
        self._attempt: Attempt | None = None
        self._latest = opened
        self._kept = opened
        self._last_tick: Instant | None = None

    @property
    def pending(self) -> tuple[Event, ...]:
        """What is not durable yet."""
        return tuple(self._pending)

    def begin(self, attempt: Attempt) -> None:
        """Events belong to this attempt from now on."""
        self._attempt = attempt

    def end(self) -> None:
        """Events belong to no attempt from now on."""
        self._attempt = None

    def add(self, kind: EventKind, at: Instant | None = None, /, **payload: JsonValue) -> None:
        """Keep an event of the open attempt, or of no attempt; `at` defaults to now."""
        now = self._clock.now()
        self._watch(now)
        self._keep(kind, at or now, payload)

    def add_elsewhere(self, kind: EventKind, where: tuple[int, int, str], /, **payload: JsonValue) -> None:
        """Keep an event that concerns another presentation: its position, attempt and case."""
        position, attempt, case = where
        self._number += 1
        now = self._clock.now()
        self._pending.append(Event(self._session, self._number, kind, now, position, attempt, case, payload))

    def tick(self) -> None:
        """Watch the clocks, and give a sign of life when nothing else did for a while."""
        now = self._clock.now()
        self._watch(now)
        if self._last_tick is not None:
            silence = (now.monotonic_ns - self._last_tick.monotonic_ns) / NANOSECONDS
            if silence > SUSPEND_SECONDS:
                self._keep(EventKind.SUSPENDED, now, {"seconds": silence})
        self._last_tick = now
        quiet = (now.monotonic_ns - self._kept.monotonic_ns) / NANOSECONDS
        if quiet >= HEARTBEAT_SECONDS and self._attempt is not None:
            self._keep(EventKind.HEARTBEAT, now, {})

    @contextmanager
    def durable(self) -> Iterator[None]:
        """All that is pending at the end of the block is durable; when that failed (AppError), what was kept
        inside the block did not come to pass and is forgotten."""
        number, attempt = self._number, self._attempt
        try:
            yield
        except AppError:
            self._number, self._attempt = number, attempt
            self._pending = [event for event in self._pending if event.number <= number]
            if attempt is not None:
                attempt.events = [event for event in attempt.events if event.number <= number]
            raise
        self._pending.clear()

    def _watch(self, now: Instant) -> None:
        jump = disagreement(self._latest, now)
        self._latest = now
        if abs(jump) > JUMP_SECONDS:
            self._keep(EventKind.CLOCK_JUMP, now, {"seconds": jump})
            if jump > 0:  # the monotonic clock of most systems stands still in sleep
                self._keep(EventKind.SUSPENDED, now, {"seconds": jump})

    def _keep(self, kind: EventKind, at: Instant, payload: dict[str, JsonValue]) -> None:
        self._number += 1
        attempt = self._attempt
        event = Event(
            self._session,
            self._number,
            kind,
            at,
            attempt.assignment.position if attempt else 0,
            attempt.number if attempt else 0,
            attempt.assignment.case if attempt else "",
            dict(payload),
        )
        self._pending.append(event)
        if attempt:
            attempt.events.append(event)
        self._kept = self._latest

"""A connection that gives a silent server up: one that hangs, or lies behind a network that swallows all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen

from app.store.server.wire import SILENCE_SECONDS

RV = TypeVar("RV")


class PatientConnection(Connection[tuple[Any, ...]]):
    """Waits for an answer as long as the server says anything, or has been silent for `silence` seconds."""

    silence: Callable[[], float] = staticmethod(lambda: SILENCE_SECONDS)

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for one exchange; raises OperationalError, and lets go of the wire, after the silence."""
        del timeout  # the silence is what counts, and is looked at every interval
        return super().wait(self._heard(gen), interval)

    def _heard(self, gen: PQGen[RV]) -> PQGen[RV]:
        try:
            wanted = next(gen)
            heard = time.monotonic()
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > self.silence():
                    self.close()
                    raise OperationalError("the connection is lost: the server says nothing")
                wanted = gen.send(ready)
        except StopIteration as end:
            result: RV = end.value
            return result


def connect(
    silence: Callable[[], float], words: tuple[str, ...], options: dict[str, Any]
) -> PatientConnection:
    """Connect as `psycopg.connect` does; raises psycopg.Error."""
    connection = PatientConnection.connect(*words, **options)
    connection.silence = silence
    return connection

"""Several statements on one connection in one round trip: a server may be far away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from app.store.server.patient import PatientConnection

Statement = tuple[str, Mapping[str, Any]]
"""SQL as the driver takes it, and its values by name."""
BEGIN: Statement = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {})
COMMIT: Statement = ("COMMIT", {})


class Flights:
    """One connection, made when it is first needed and again when it was lost; one flight at a time.

    Each statement is a transaction of its own, unless one says BEGIN. Every method may raise psycopg.Error.
    """

    def __init__(self, connect: Callable[[], PatientConnection]) -> None:
        self._connect = connect
        self._lock = RLock()
        self._connection: PatientConnection | None = None
        self.first: tuple[Statement, ...] = ()
        """What every new connection begins with, in the same flight."""

    @property
    def open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def fly(self, *statements: Statement) -> list[Sequence[Any]]:
        """The rows of each statement, which go out together and come back together.

        Where one fails, those after it did not happen.
        """
        with self._lock:
            before = self.first if self._connection is None else ()
            connection = self._connection = self._connection or self._connect()
            try:
                cursors = []
                with connection.pipeline():
                    for words, values in (*before, *statements):
                        cursor = connection.cursor(row_factory=namedtuple_row)
                        cursors.append(cursor.execute(words, values))
                rows: list[Sequence[Any]] = [
                    cursor.fetchall() if cursor.description else () for cursor in cursors
                ]
                return rows[len(before) :]
            except psycopg.Error:
                self._recover(connection)
                raise

    def close(self) -> None:
        """Let go of the connection; the next flight makes another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _recover(self, connection: PatientConnection) -> None:
        """Leave what failed; a connection that is lost is not used again."""
        if not (connection.closed or connection.broken):
            with suppress(psycopg.Error):
                connection.rollback()
                return
        self.close()

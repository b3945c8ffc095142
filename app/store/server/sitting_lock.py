"""One reader reads a shared study in one window at a time, wherever that window stands."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError
from app.store.database import Database


class SittingLock:
    """Held by a connection of its own: the server gives it back when the connection ends, however it does."""

    def __init__(self, database: Database, reader: str) -> None:
        """Take the lock; raises AppError naming the holder."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        who = f"on {socket.gethostname()}, process {os.getpid()}, since {since}"
        self._connection = database.lasting()
        self._connection.detach()  # out of the pool, which is small, and where the lock would outlive its end
        try:
            call = text("SELECT scintiread_sit(:reader, :who)")
            holder = str(self._connection.execute(call, {"reader": reader, "who": who}).scalar_one())
        except BaseException:
            self._connection.close()
            raise
        if holder:
            self._connection.close()
            raise AppError(
                f"Reader {reader} is reading this study already, {holder}.",
                "Close it there first; a lost connection frees the place within minutes.",
            )

    def release(self) -> None:
        """Give it back; a connection that is gone has given it back already."""
        with suppress(SQLAlchemyError):
            # before the goodbye, which the server takes in its own time: the next window may ask at once
            self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
        with suppress(SQLAlchemyError):
            self._connection.close()

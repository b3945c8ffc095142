"""One reader reads a shared study in one window at a time, wherever that window stands."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError
from app.store.database import Database, readable


class SittingLock:
    """Held by a connection of its own: the server looks whether it is still there, however it ended.

    The place is a row that this reader's login alone can write, and names the connection.
    """

    def __init__(self, database: Database, reader: str) -> None:
        """Take the place; raises AppError naming who has it."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        who = f"on {socket.gethostname()}, process {os.getpid()}, since {since}"
        self._reader = reader
        self._connection = database.lasting()
        self._connection.detach()  # the pool is small, and there the place would outlive its end
        try:
            name = text("SELECT set_config('application_name', :token, false)")
            self._connection.execute(name, {"token": f"scintiread {secrets.token_hex(12)}"})
            call = text("SELECT seat.sit(:reader, :who)")
            holder = str(self._connection.execute(call, {"reader": reader, "who": who}).scalar_one())
        except SQLAlchemyError as error:
            self._connection.close()
            raise readable(error, database.name) from error
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
            self._connection.execute(text("SELECT seat.leave(:reader)"), {"reader": self._reader})
        with suppress(SQLAlchemyError):
            self._connection.close()

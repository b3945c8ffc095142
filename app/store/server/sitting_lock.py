"""One reader reads a shared study in one window at a time, wherever that window stands."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from datetime import UTC, datetime

from app.errors import AppError
from app.language import tr
from app.store.database import Database


class SittingLock:
    """Held by a connection: the server looks whether it is still there, however it ended.

    The place is a row that this reader's login alone can write, and names the connection. One that was lost
    and made again takes the place again, unless somebody else has it by then.
    """

    def __init__(self, database: Database, reader: str) -> None:
        """Take the place; raises AppError naming who has it."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        who = f"on {socket.gethostname()}, process {os.getpid()}, since {since}"
        self._database = database
        self._reader = reader
        self._line = database.line_to_keep()
        name = "SELECT set_config('application_name', %(token)s, false)"
        call = "SELECT seat.sit(%(reader)s, %(who)s) AS holder"
        take = (
            (name, {"token": f"scintiread {secrets.token_hex(12)}"}),
            (call, {"reader": reader, "who": who}),
        )
        try:
            holder = str(database.sent(self._line, *take)[1][0].holder)
        except AppError:
            self._line.close()
            raise
        if holder:
            self._line.close()
            raise AppError(
                tr("Reader {reader} is reading this study already, {holder}.", reader=reader, holder=holder),
                tr("Close it there first; a lost connection frees the place within minutes."),
            )
        self._line.first = take

    def release(self) -> None:
        """Give it back; a connection that is gone has given it back already."""
        self._line.first = ()
        if self._line.open:
            with suppress(AppError):
                # before the goodbye, which the server takes in its own time: the next window may ask at once
                leave = "SELECT seat.leave(%(reader)s)"
                self._database.sent(self._line, (leave, {"reader": self._reader}))
        self._line.close()

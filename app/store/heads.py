"""Where a reader's chains end: locked, read and advanced within the transaction that appends to them."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, text, update

from app.store.rows import head_row
from app.store.tables import HEADS
from app.study.chain import Head


def locked_head(connection: Connection, reader: str, genesis: str) -> Head:
    """Where the chains end; nobody else appends to them until the transaction ends."""
    server = _server(connection)
    if server:
        connection.execute(text("SELECT scintiread_lock_chain(:reader)"), {"reader": reader})
    row = connection.execute(select(HEADS).where(HEADS.c.reader == reader)).first()
    if row is not None:
        return Head(row.readings, row.readings_sha256, row.events, row.events_sha256)
    head = Head.start(genesis)
    if not server:
        connection.execute(insert(HEADS).values(reader=reader, **head_row(head)))
    return head


def advance_head(connection: Connection, reader: str, head: Head) -> None:
    """Say where the chains end now.

    On a server this goes through a function that looks whether they do: readers have no right to change rows.
    """
    if _server(connection):
        call = text("SELECT scintiread_advance(:reader, :readings, :first, :events, :second)")
        connection.execute(
            call,
            {
                "reader": reader,
                "readings": head.readings,
                "first": head.readings_sha256,
                "events": head.events,
                "second": head.events_sha256,
            },
        )
        return
    connection.execute(update(HEADS).where(HEADS.c.reader == reader).values(**head_row(head)))


def _server(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"

"""Where a reader's chains end, and the one step in which something is appended to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select, text, update

from app.store.rows import head_row
from app.store.tables import EVENTS, HEADS, READINGS
from app.study.canonical import canonical_json
from app.study.chain import Head

Row = Mapping[str, object]


def chains_end(connection: Connection, reader: str, genesis: str) -> Head:
    """Where the chains end; in a file nobody else appends to them until the transaction ends."""
    row = connection.execute(select(HEADS).where(HEADS.c.reader == reader)).first()
    if row is not None:
        return Head(row.readings, row.readings_sha256, row.events, row.events_sha256)
    return Head.start(genesis)


def append_rows(
    connection: Connection, reader: str, ends: tuple[Head, Head], events: Sequence[Row], reading: Row | None
) -> None:
    """Append events and the reading that they end in; the chains end at `ends` before and after.

    On a server this goes through a function that checks all of it, also whether the chains ended there:
    readers have no right to write.
    """
    before, after = ends
    if connection.dialect.name == "postgresql":
        batch = {"before": head_row(before), "events": events, "reading": reading}
        call = text("SELECT seat.append(:reader, :batch)")
        connection.execute(call, {"reader": reader, "batch": canonical_json(batch)})
        return
    if events:
        connection.execute(insert(EVENTS), events)
    if reading is not None:
        connection.execute(insert(READINGS).values(**reading))
    if not connection.execute(
        update(HEADS).where(HEADS.c.reader == reader).values(**head_row(after))
    ).rowcount:
        connection.execute(insert(HEADS).values(reader=reader, **head_row(after)))

"""Where a reader's chains end, and the one step in which something is appended to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, text, update

from app.store.rows import event_row, head_of, head_row, reading_row
from app.store.tables import EVENTS, HEADS, READINGS
from app.study.canonical import canonical_json
from app.study.chain import Head, section_hashes, section_texts
from app.study.events import Event
from app.study.reading import Reading, ReadingDraft

Row = Mapping[str, object]


@dataclass(frozen=True)
class StepRows:
    """What one step adds to the tables, the reading in its place, and where the chains end then."""

    events: Sequence[Row]
    reading_row: Row | None
    reading: Reading | None
    after: Head


def step_rows(reader: str, before: Head, events: Sequence[Event], draft: ReadingDraft | None) -> StepRows:
    """The rows of events and the reading that they end in, appended to chains that end at `before`."""
    head, rows = before, []
    for event in events:
        head = head.after((event,))
        rows.append(event_row(reader, head.events, event, head.events_sha256))
    if draft is None:
        return StepRows(rows, None, None, head)
    texts = section_texts(draft)
    sections = section_hashes(texts)
    reading = head.link(draft, sections)
    return StepRows(rows, reading_row(reader, reading, texts, sections), reading, head.past(reading))


def chains_end(connection: Connection, reader: str, genesis: str) -> Head:
    """Where the chains end; in a file nobody else appends to them until the transaction ends."""
    row = connection.execute(select(HEADS).where(HEADS.c.reader == reader)).first()
    return head_of(row) if row is not None else Head.start(genesis)


def append_rows(
    connection: Connection, reader: str, ends: tuple[Head, Head], events: Sequence[Row], reading: Row | None
) -> None:
    """Append events and the reading that they end in; the chains end at `ends` before and after.

    On a server this goes through a function that checks all of it, also whether the chains ended there:
    readers have no right to write.
    """
    before, after = ends
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT seat.append(:reader, :batch)"), door(reader, before, events, reading))
        return
    if events:
        connection.execute(insert(EVENTS), events)
    if reading is not None:
        connection.execute(insert(READINGS).values(**reading))
    if not connection.execute(
        update(HEADS).where(HEADS.c.reader == reader).values(**head_row(after))
    ).rowcount:
        connection.execute(insert(HEADS).values(reader=reader, **head_row(after)))


def door(reader: str, before: Head, events: Sequence[Row], reading: Row | None) -> dict[str, str]:
    """What the server's door for appending is told."""
    batch = {"before": head_row(before), "events": events, "reading": reading}
    return {"reader": reader, "batch": canonical_json(batch)}

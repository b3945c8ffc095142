"""Rows of the database to domain objects and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.bounded import json_in
from app.errors import AppError
from app.study.canonical import canonical_json, from_plain, utc_moment, utc_text
from app.study.chain import Head
from app.study.chain_check import StoredReading
from app.study.clock import Instant
from app.study.events import Event, EventKind
from app.study.reading import SECTIONS, Reading

_VERIFY = "`scintiread study verify` names what does not hold."


class Unreadable(AppError):  # noqa: N818  (a fact that is told)
    """A row that nothing can be made of; `part` says of what, `number` counts those of the reader from 1."""

    def __init__(self, part: str, reader: str, number: int, position: int) -> None:
        super().__init__(
            f"{part.capitalize()} {number} of reader {reader} cannot be read: it was changed.",
            _VERIFY,
        )
        self.part, self.number, self.position = part, number, position


_WRONG = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
"""What comes of JSON, moments and names that the program never wrote."""


def moment_of(said: str, reader: str) -> datetime:
    """The moment that a record of this reader tells; raises AppError."""
    try:
        return utc_moment(said)
    except ValueError as error:
        raise AppError(
            f'"{said[:40]}" in the records of reader {reader} is no moment: it was changed.', _VERIFY
        ) from error


def event_of(row: Row[Any]) -> Event:
    """The event in a row; raises Unreadable."""
    try:
        return Event(
            session=row.session,
            number=row.number,
            kind=EventKind(row.kind),
            at=Instant(row.monotonic_ns, utc_moment(row.utc)),
            position=row.position,
            attempt=row.attempt,
            case=row.case_code,
            payload=dict(json_in(row.payload).items()),
        )
    except _WRONG as error:
        raise Unreadable("event", row.reader, row.sequence, row.position) from error


def reading_of(row: Row[Any]) -> Reading:
    """The reading in a row; raises Unreadable."""
    try:
        body = {name: json_in(getattr(row, name)) for name in SECTIONS}
        return from_plain(
            Reading,
            {
                **body,
                "number": row.number,
                "events": row.events,
                "events_sha256": row.events_sha256,
                "previous_sha256": row.previous_sha256,
                "sha256": row.sha256,
            },
        )
    except _WRONG as error:
        raise Unreadable("reading", row.reader, row.number, row.position) from error


def stored_reading(row: Row[Any]) -> StoredReading:
    """The reading in a row as it lies there, for verifying it."""
    return StoredReading(
        number=row.number,
        columns={
            "reader": row.reader,
            "position": row.position,
            "case": row.case_code,
            "arm": row.arm,
            "visit": row.visit,
            "outcome": row.outcome,
            "locked": bool(row.locked),
            "amends": row.amends,
            "submitted_utc": row.submitted_utc,
            "active_seconds": row.active_seconds,
        },
        texts={name: getattr(row, name) for name in SECTIONS},
        sections=row.sections,
        events=row.events,
        events_sha256=row.events_sha256,
        previous_sha256=row.previous_sha256,
        sha256=row.sha256,
    )


def reading_row(
    reader: str, reading: Reading, texts: dict[str, str], sections: dict[str, str]
) -> dict[str, object]:
    """The row of a reading: its section texts, and the columns made from them."""
    return {
        "reader": reader,
        "number": reading.number,
        "position": reading.identity.position,
        "case_code": reading.identity.case,
        "arm": reading.identity.arm.value,
        "visit": reading.identity.visit,
        "outcome": reading.flags.outcome.value,
        "locked": reading.flags.locked,
        "amends": reading.flags.amends,
        "submitted_utc": utc_text(reading.submitted_utc) if reading.submitted_utc else "",
        "active_seconds": reading.times.active_seconds,
        **texts,
        "sections": canonical_json(sections),
        "events": reading.events,
        "events_sha256": reading.events_sha256,
        "previous_sha256": reading.previous_sha256,
        "sha256": reading.sha256,
    }


def event_row(reader: str, sequence: int, event: Event, sha256: str) -> dict[str, object]:
    """The row of an event."""
    return {
        "reader": reader,
        "sequence": sequence,
        "session": event.session,
        "number": event.number,
        "kind": event.kind.value,
        "position": event.position,
        "attempt": event.attempt,
        "case_code": event.case,
        "monotonic_ns": event.at.monotonic_ns,
        "utc": utc_text(event.at.utc),
        "payload": canonical_json(event.payload),
        "sha256": sha256,
    }


def head_of(row: Row[Any]) -> Head:
    """Where the chains end, as a row says."""
    return Head(row.readings, row.readings_sha256, row.events, row.events_sha256)


def head_row(head: Head) -> dict[str, object]:
    """The columns of a chain's end."""
    return {
        "readings": head.readings,
        "readings_sha256": head.readings_sha256,
        "events": head.events,
        "events_sha256": head.events_sha256,
    }

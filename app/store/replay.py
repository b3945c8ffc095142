"""Adds to a database what the second copy of a reader's results has beyond it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.store.database import Database
from app.store.readings import ReaderJournal, Readings
from app.study.canonical import from_plain, lines_of
from app.study.chain import Head, chain_text
from app.study.events import Event, event_from_plain
from app.study.reading import Reading, event_hash, placed, section_hashes, section_texts

if TYPE_CHECKING:
    from app.store.opening import OpenStudy


def replay(study: OpenStudy, reader: str, file: Path) -> int:
    """Append the batches of the copy that the study lacks; see `replay_into`."""
    return replay_into(study.database, study.readings, reader, study.genesis(reader), file)


def replay_into(database: Database, readings: Readings, reader: str, start: str, file: Path) -> int:
    """Append the batches of the copy that the database lacks; gives how many readings that were.

    `start` is where the reader's chains begin. The chains are made anew on the way and have to come out as
    in the copy. Raises AppError when they do not, or when a line was changed.
    """
    journal = ReaderJournal(database, reader, start)
    there = {stored.number: stored.sha256 for stored in readings.stored(reader)}
    added = 0
    for number, line in enumerate(lines_of(file.read_bytes()), start=1):
        body = _body(line, f"{file.name}, line {number}")
        head = readings.head(reader) or Head(0, start, 0, start)
        events = [event_from_plain(event) for event in body["events"]]
        missing = events[max(0, head.events - body["events_before"]) :]
        if body["events_before"] > head.events:
            raise AppError(f"{file.name}, line {number}, does not follow the backup.", "Use an older backup.")
        copied = body["reading"]
        if copied is None:
            if missing:
                journal.append_events(missing)
            continue
        new = copied["number"] > head.readings
        if copied["sha256"] != (_would_be(head, missing, copied) if new else there[copied["number"]]):
            raise AppError(
                f"{file.name}, line {number}, does not fit the backup: its hash differs.",
                "The readings up to here were restored; compare both by hand.",
            )
        if new:
            journal.append_all([(missing, from_plain(Reading, copied))])
            there[copied["number"]] = copied["sha256"]
            added += 1
    return added


def _would_be(head: Head, missing: Sequence[Event], copied: dict[str, Any]) -> str:  # Any: JSON
    """The hash that a copied reading would get here, so that one of another chain is never added."""
    reading, running = from_plain(Reading, copied), head.events_sha256
    for event in missing:
        running = event_hash(running, event)
    ends = (head.readings, head.readings_sha256), (head.events + len(missing), running)
    return placed(reading, section_hashes(section_texts(reading)), *ends).sha256


def _body(line: str, where: str) -> dict[str, Any]:  # Any: JSON
    try:
        body: dict[str, Any] = json.loads(line)
        claimed = body.pop("sha256")
    except (ValueError, KeyError, AttributeError) as error:
        raise AppError(f"{where}, is not readable.", "What stands before it was restored.") from error
    if chain_text([body]) != claimed:
        raise AppError(f"{where}, was changed.", "What stands before it was restored.")
    return body

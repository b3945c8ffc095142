"""Adds to a database what the second copy of a reader's results has beyond it."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.store.database import Database
from app.store.readings import ReaderJournal, StudyReadings
from app.study.chain import BadLineError, Head, copy_batches


def replay_into(database: Database, readings: StudyReadings, reader: str, start: str, file: Path) -> int:
    """Append the batches of the copy that the database lacks; gives how many readings that were.

    `start` is where the reader's chains begin. The chains are made anew on the way and have to come out as
    in the copy. Raises AppError when they do not, or when a line was changed.
    """
    journal = ReaderJournal(database, reader, start)
    there = {stored.number: stored.sha256 for stored in readings.stored(reader)}
    added = 0
    head = readings.head(reader) or Head.start(start)
    try:
        for batch in copy_batches(file.read_bytes()):
            where = f"{file.name}, line {batch.line}"
            if batch.before.events > head.events:
                raise AppError(f"{where}, does not follow the backup.", "Use an older backup.")
            missing = batch.events[head.events - batch.before.events :]
            copied = batch.reading
            if copied is None:
                if missing:
                    journal.append_events(missing)
                    head = head.after(missing)
                continue
            new = copied.number > head.readings
            if not (head.after(missing).admits(copied) if new else there[copied.number] == copied.sha256):
                raise AppError(
                    f"{where}, does not fit the backup: its hash differs.",
                    "The readings up to here were restored; compare both by hand.",
                )
            if new:
                journal.append_all([(missing, copied)])
                head = head.after(missing).past(copied)
                there[copied.number] = copied.sha256
                added += 1
    except BadLineError as error:
        raise AppError(
            f"{file.name}, line {error.line}, {error}.", "What stands before it was restored."
        ) from error
    return added

"""Copies of a SQLite study, made while it may be in use, so that a damaged file is never the only one."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from app.errors import AppError
from app.files import moved
from app.private import keep_private

KEPT = 3
_GIVEN_UP_SECONDS = 600
LARGEST_BYTES = 256 * 1024 * 1024
"""Larger databases would keep a closing window waiting; they belong on a server or under real backup."""


@dataclass(frozen=True)
class Backup:
    """A copy that is whole: how many readings of each reader it has, and how many records in all."""

    file: Path
    readings: dict[str, int]
    records: int


def keep_backup(database: Path, folder: Path) -> Path | None:
    """Copy the database into the folder; the three that hold most are kept, and this one. None: too large.

    Raises AppError when the copy cannot be made; a half-made one is removed.
    """
    if not database.is_file() or database.stat().st_size > LARGEST_BYTES:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"{database.stem}-{stamp}.db"
    partial = target.with_suffix(".partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(partial)) as copy:
            keep_private(partial)
            source.backup(copy)
        moved(partial, target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise AppError(f"No backup of {database.name} could be made: {error}.", "Free some space.") from error
    emptier = sorted(_files(database, folder), key=lambda file: (_links(file), file.name))[:-KEPT]
    for old in (*(file for file in emptier if file != target), *_given_up(database, folder)):
        old.unlink(missing_ok=True)
    return target


def backups(database: Path, folder: Path) -> list[Backup]:
    """The whole copies of a database, the one that holds most first.

    Records are only ever added, so that their number is the order; clocks may have been wrong.
    """
    whole = [backup for file in _files(database, folder) if (backup := looked_into(file)) is not None]
    return sorted(whole, key=lambda backup: (backup.records, backup.file.name), reverse=True)


def looked_into(file: Path) -> Backup | None:
    """What a database that nobody has open holds, without changing it; None where it is damaged."""
    try:
        with closing(_connected(file)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return None
            readings = dict(connection.execute("SELECT reader, COUNT(*) FROM readings GROUP BY reader"))
            (events,) = connection.execute("SELECT COUNT(*) FROM events").fetchone()
    except sqlite3.Error:
        return None
    return Backup(file, readings, sum(readings.values()) + events)


def _given_up(database: Path, folder: Path) -> list[Path]:
    """Half-made copies that nobody has gone on with for long: whoever made them was killed."""
    since = time.time() - _GIVEN_UP_SECONDS
    halves = folder.glob(f"{database.stem}-*.partial*")
    return [half for half in halves if half.is_file() and half.stat().st_mtime < since]


def _links(file: Path) -> int:
    """How many records a copy says that it has, -1 where nobody can tell; at once, whatever its size."""
    try:
        with closing(_connected(file)) as connection:
            (links,) = connection.execute("SELECT COALESCE(SUM(readings + events), 0) FROM heads").fetchone()
    except sqlite3.Error:
        return -1
    return int(links)


def _connected(file: Path) -> sqlite3.Connection:
    """The database to be looked at, and nothing written beside it where nobody has it open."""
    still = "" if file.with_name(f"{file.name}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro{still}", uri=True)


def _files(database: Path, folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{database.stem}-*.db"))

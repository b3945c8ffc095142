"""Puts the newest backup in the place of a damaged database, and adds what the second copy has beyond it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError
from app.files import refused
from app.store.database import Database
from app.store.folder import StudyFolder
from app.store.lock import holder_of
from app.store.opening import open_study


@dataclass(frozen=True)
class Restored:
    """Which backup was taken, under what name the old database is kept, and readings added per reader."""

    backup: Path
    kept: Path
    replayed: dict[str, int] = field(default_factory=dict)


def study_restore(study: Path, second_copy: Path | None = None) -> Restored:
    """Restore a study; the damaged database is moved, never deleted.

    Raises AppError when there is no backup, somebody is reading, or the second copy does not fit.
    """
    folder = StudyFolder(study)
    folder.require()
    database = Database(folder.database_url).file
    if database is None:
        raise AppError("The study lies on a database server.", "Restore it with the server's own backup.")
    readers_now = sorted(path.stem for path in folder.locks.glob("*.lock") if holder_of(path))
    if readers_now:
        raise AppError(f"The study is being read by {', '.join(readers_now)}.", "Close it there first.")
    backups = sorted(folder.backups.glob(f"{database.stem}-*.db"))
    if not backups:
        raise AppError("There is no backup in the study's folder backup.", "Look for a copy of the folder.")
    try:
        kept = _set_aside(database)
        shutil.copyfile(backups[-1], database)
    except OSError as error:
        raise refused(
            database, error, "Check the disk and the access rights.", "cannot be replaced"
        ) from error
    return Restored(backups[-1], kept, _replay_all(study, second_copy or folder.second_copy))


def _set_aside(database: Path) -> Path:
    """Move the database with its journal files out of the way."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = database.with_name(f"{database.stem}-damaged-{stamp}.db")
    for suffix in ("", "-wal", "-shm"):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(kept.with_name(kept.name + suffix))
    return kept


def _replay_all(study: Path, second_copy: Path | None) -> dict[str, int]:
    if second_copy is None:
        return {}
    opened = open_study(study)
    try:
        readers = opened.studies.current().protocol.readers
        files = {reader: opened.mirror(reader, second_copy).file for reader in readers}
        return {reader: opened.take_over(reader, file) for reader, file in files.items() if file.is_file()}
    finally:
        opened.close()

"""Puts the fullest backup in the place of a damaged database, and adds what the second copy has beyond it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError
from app.files import moved, put_in_place, refused, whole
from app.store.backup import Backup, backups, looked_into
from app.store.database import Database
from app.store.folder import StudyFolder
from app.store.lock import holder_of
from app.store.opening import open_study

_PARTS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class BroughtBack:
    """Readings of one reader: in the database that was there (None: it cannot be read), in the backup, and
    added from the second copy (None: there is none)."""

    reader: str
    before: int | None
    backup: int
    replayed: int | None


@dataclass(frozen=True)
class Restored:
    """Which backup was taken, the old database's new name, how many are damaged, and what came back."""

    backup: Path
    kept: Path
    damaged: int
    readers: tuple[BroughtBack, ...]


def study_restore(study: Path, second_copy: Path | None = None) -> Restored:
    """Restore a study; the damaged database is moved, never deleted.

    Raises AppError when there is no whole backup, somebody is reading, the disk refuses (everything is as it
    was then), or the second copy does not fit.
    """
    folder = StudyFolder(study)
    folder.require()
    database = Database(folder.database_url).file
    if database is None:
        raise AppError("The study lies on a database server.", "Restore it with the server's own backup.")
    readers_now = sorted(path.stem for path in folder.locks.glob("*.lock") if holder_of(path))
    if readers_now:
        raise AppError(f"The study is being read by {', '.join(readers_now)}.", "Close it there first.")
    every, found = len(list(folder.backups.glob(f"{database.stem}-*.db"))), backups(database, folder.backups)
    if not found:
        why = "There is no backup in" if not every else "No backup is whole in"
        raise AppError(f"{why} the study's folder backup.", "Look for a copy of the folder.")
    there = looked_into(database) if database.is_file() else None
    try:
        kept = _exchange(database, found[0].file)
    except OSError as error:
        raise refused(
            database,
            error,
            "Make room, or check the access rights; nothing was changed.",
            "cannot be replaced",
        ) from error
    replayed = _replay_all(study, second_copy or folder.second_copy)
    return Restored(found[0].file, kept, every - len(found), _told(there, found[0], replayed))


def _exchange(database: Path, backup: Path) -> Path:
    """Let a copy of the backup, whole on the disk, take the database's place; gives the old one's new name.

    Raises OSError; the old one is in its place then.
    """
    draft = database.with_name(f".{database.name}.restored.part")
    kept = _free_name(database)
    try:
        with backup.open("rb") as source, whole(draft) as target:
            shutil.copyfileobj(source, target)
        beside = [part for part in _PARTS if database.with_name(database.name + part).exists()]
        for part in beside:
            moved(database.with_name(database.name + part), kept.with_name(kept.name + part))
        try:
            put_in_place(draft, database)
        except OSError:
            for part in beside:
                moved(kept.with_name(kept.name + part), database.with_name(database.name + part))
            raise
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _free_name(database: Path) -> Path:
    """A name for the old database that was never used."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    name, number = f"{database.stem}-damaged-{stamp}", 2
    kept = database.with_name(f"{name}.db")
    while any(kept.with_name(kept.name + part).exists() for part in _PARTS):
        kept, number = database.with_name(f"{name}-{number}.db"), number + 1
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


def _told(before: Backup | None, backup: Backup, replayed: dict[str, int]) -> tuple[BroughtBack, ...]:
    known = {**(before.readings if before else {}), **backup.readings, **replayed}
    return tuple(
        BroughtBack(
            reader,
            before.readings.get(reader, 0) if before else None,
            backup.readings.get(reader, 0),
            replayed.get(reader),
        )
        for reader in sorted(known)
    )

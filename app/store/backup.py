"""Copies of a SQLite study, made while it may be in use, so that a damaged file is never the only one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError

KEPT = 3
LARGEST_BYTES = 256 * 1024 * 1024
"""Larger databases would keep a closing window waiting; they belong on a server or under real backup."""


def keep_backup(database: Path, folder: Path) -> Path | None:
    """Copy the database into the folder, keeping the newest three; None when it is too large.

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
            if os.name == "posix":
                partial.chmod(0o600)
            source.backup(copy)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise AppError(f"No backup of {database.name} could be made: {error}.", "Free some space.") from error
    for old in sorted(folder.glob(f"{database.stem}-*.db"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return target

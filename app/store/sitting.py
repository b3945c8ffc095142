"""One place per reader in a study: who holds it reads, or takes over what was read elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.store.lock import NameLock
from app.store.opening import OpenStudy
from app.store.server.sitting_lock import SittingLock


def take_place(study: OpenStudy, reader: str) -> NameLock | SittingLock:
    """Take the reader's place: a file beside a file, a lock of the server on a server.

    Raises AppError naming who has it.
    """
    if study.database.file is None:
        return SittingLock(study.database, reader)
    return NameLock(study.folder.locks, reader)


@contextmanager
def place_kept(study: OpenStudy, reader: str) -> Iterator[None]:
    """Nobody reads under this code while the block runs; raises AppError when somebody does already."""
    lock = take_place(study, reader)
    try:
        yield
    finally:
        lock.release()

"""One place per reader in a study: who holds it reads, or takes over what was read elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import AppError
from app.language import tr
from app.store.lock import NameLock, held_elsewhere
from app.store.opening import OpenStudy
from app.store.server.sitting_lock import SittingLock


def take_place(study: OpenStudy, reader: str) -> NameLock | SittingLock:
    """Take the reader's place: a file beside a file, a lock of the server on a server.

    Raises AppError naming who has it; and, as SQLite's log is shared by the memory of one computer only, who
    reads in the same folder on another one.
    """
    if study.database.file is None:
        return SittingLock(study.database, reader)
    place = NameLock(study.folder.locks, reader)
    if elsewhere := held_elsewhere(study.folder.locks):
        place.release()
        name, holder = elsewhere
        raise AppError(
            tr("This study folder is being read on another computer: {holder}.", holder=f"{name} {holder}"),
            tr(
                "A study in a file is for one computer at a time: several read it on a server or by bundles."
                " If nobody reads there any more, delete {file}.",
                file=f"locks/{name}.lock",
            ),
        )
    return place


@contextmanager
def place_kept(study: OpenStudy, reader: str) -> Iterator[None]:
    """Nobody reads under this code while the block runs; raises AppError when somebody does already."""
    lock = take_place(study, reader)
    try:
        yield
    finally:
        lock.release()

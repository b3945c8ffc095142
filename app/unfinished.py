"""Work that may not stay half done has one place; what a kill left there goes at the next start."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from os import getpid
from pathlib import Path

from app import paths
from app.process import alive, birth


@contextmanager
def unfinished() -> Iterator[Path]:
    """A private folder for the time of the block, on the disk of the user's own files; raises OSError.

    What is finished in it is renamed to where it belongs before the block ends.
    """
    sweep()
    home = _home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{getpid()}-{_mark(birth(getpid()))}-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove what processes left that are gone; patient images may be among it."""
    home = _home()
    for folder in home.iterdir() if home.is_dir() else ():
        pid, _, rest = folder.name.partition("-")
        if pid.isdecimal() and not (alive(int(pid)) and _mark(birth(int(pid))) == rest.partition("-")[0]):
            shutil.rmtree(folder, ignore_errors=True)


def _home() -> Path:
    return paths.user_data() / "unfinished"


def _mark(born: str) -> str:
    return sha256(born.encode()).hexdigest()[:12]

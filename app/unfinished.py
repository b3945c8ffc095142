"""Work that may not stay half done has one place; what a kill left there goes at the next start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import paths
from app.private import own_folder


@contextmanager
def unfinished() -> Iterator[Path]:
    """A private folder for the time of the block, on the disk of the user's own files; raises OSError.

    What is finished in it is renamed to where it belongs before the block ends.
    """
    import shutil
    import tempfile

    sweep()
    home = _home()
    own_folder(home)
    folder = Path(tempfile.mkdtemp(prefix=f"{mark()}.", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove what processes of this computer left that are gone; patient images may be among it."""
    home = _home()
    for folder in home.iterdir() if home.is_dir() else ():
        remove_left(folder, folder.name.partition(".")[0])


def remove_left(folder: Path, made_by: str) -> None:
    """Remove a folder whose maker, by its mark, was a process of this computer and is gone.

    Those of another computer stay: people's own files may lie on a network.
    """
    import shutil

    from app.process import alive, birth

    computer, _, rest = made_by.partition("-")
    pid, _, born = rest.partition("-")
    if computer != _computer() or not pid.isdecimal():
        return
    if not alive(int(pid)) or _short(birth(int(pid))) != born:
        shutil.rmtree(folder, ignore_errors=True)


def mark() -> str:
    """Letters, digits and dashes that name this process of this computer and no other."""
    from app.process import birth

    return f"{_computer()}-{os.getpid()}-{_short(birth(os.getpid()))}"


def _home() -> Path:
    return paths.user_data() / "unfinished"


def _computer() -> str:
    import socket

    return _short(socket.gethostname())


def _short(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:12]

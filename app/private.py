"""Files and folders that nobody but their owner may open: mode 0600 and 0700, on Windows a list of rights."""

from __future__ import annotations

import sys
from pathlib import Path

from app.windows_rights import leave_to_owner


def keep_private(path: Path) -> None:
    """Let nobody but its owner open a file, or a folder and what will be in it; raises OSError.

    On Windows the folder's own rights hold where a disk or a share lets nobody set any: the log says so.
    """
    if sys.platform == "win32":
        leave_to_owner(path)
    else:
        path.chmod(0o700 if path.is_dir() else 0o600)


def own_folder(path: Path) -> Path:
    """Make a folder, if need be, that nobody but its owner may look into; raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_private(path)
    return path

"""What the studies of some folders are called, for lists of recent studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.errors import AppError
from app.progress import Progress, check_cancelled
from app.study.protocol_file import read_protocol


def study_titles(folders: Sequence[Path], progress: Progress) -> dict[Path, str]:
    """The titles of those folders that hold a study now; the others are left out."""
    titles: dict[Path, str] = {}
    for folder in folders:
        check_cancelled(progress)
        try:
            titles[folder] = read_protocol(folder / "protocol.toml").title
        except AppError:
            continue  # whoever opens the folder is told what is wrong with it
    return titles

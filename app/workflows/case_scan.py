"""The scan of a study's case, from its files and with what a person said of its sides."""

from __future__ import annotations

import os
from pathlib import Path

from app.scan.scan import Scan
from app.study.case import StudyCase


def read_case(study: Path, case: StudyCase) -> Scan:
    """Read a case's images from the files that the study refers to; raises AppError when that fails."""
    from app.scan.pairing import confirm_views  # brings pydicom, which the window's start does without
    from app.scan.read import read_scan

    scan = read_scan(*(study / file for file in case.files), case=case.code)
    return scan if case.as_shown is None else confirm_views(scan, as_shown=case.as_shown)


def reference(file: Path, home: Path) -> str:
    """How the study at `home` refers to a file: relative where possible, so that both can move together."""
    try:
        return Path(os.path.relpath(file.resolve(), home.resolve())).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()

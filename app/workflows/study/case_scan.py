"""The scan of a study's case, from its files and with what a person said of its sides."""

from __future__ import annotations

import os
from pathlib import Path

from app.scan.scan import Scan
from app.study.case import StudyCase


def read_case(study: Path, case: StudyCase) -> Scan:
    """Read a case's images from the files that the study refers to; raises AppError when that fails.

    A guess of the sides may have changed since the study was made: the images that it was made with decide
    which is which, as they were frozen.
    """
    from app.scan.pairing import (  # brings pydicom, which the window's start does without
        confirm_views,
        exchanged,
    )
    from app.scan.read import read_scan

    scan = read_scan(*(study / file for file in case.files), case=case.code)
    frozen = dict(case.image_hashes)
    arranged = next((each for each in (scan, exchanged(scan)) if frozen and _hashes(each) == frozen), None)
    if arranged is None:  # other images, or none known: what was said of the guess is all there is
        return scan if case.as_shown is None else confirm_views(scan, as_shown=case.as_shown)
    return arranged if case.as_shown is None else confirm_views(arranged, as_shown=True)


def _hashes(scan: Scan) -> dict[str, str]:
    from app.scan.hashing import view_hash

    return {view.name.value: view_hash(view) for view in scan.views}


def reference(file: Path, home: Path) -> str:
    """How the study at `home` refers to a file: relative where possible, so that both can move together."""
    try:
        return Path(os.path.relpath(file.resolve(), home.resolve())).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()

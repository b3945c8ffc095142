"""A prior scan as a study keeps it: the counts of its views, the size of their pixels, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.npz import opened_npz
from app.scan.scan import Scan, View, ViewName
from app.study.case import StudyCase

SPACING = "spacing_mm"
"""Row and column spacing beside the views; 0, 0 where it is not known."""


def _read(file: Path, code: str) -> Scan:
    """A prior scan as it was kept; raises AppError when that fails."""
    try:
        with opened_npz(file) as arrays:
            down, across = (float(each) for each in arrays[SPACING])
            spacing = (down, across) if down and across else None
            views = {
                name: View(name, arrays[name.value].astype(np.float32), spacing)
                for name in ViewName
                if name.value in arrays
            }
    except (OSError, ValueError, KeyError) as error:
        raise AppError("The prior scan cannot be read.", "Make the study anew.") from error
    return Scan(code, views.get(ViewName.ANTERIOR), views.get(ViewName.POSTERIOR))


def prior_of(study: Path, case: StudyCase) -> Scan | None:
    """The prior scan of a case, None where it has none; raises AppError for one that was changed."""
    kept = case.beside.prior
    if kept is None:
        return None
    prior = _read(study / kept.file, case.code)
    if {view.name.value: view_hash(view) for view in prior.views} != dict(kept.image_hashes):
        raise AppError("The prior scan is not the one that the study was made with.", "Make the study anew.")
    return prior

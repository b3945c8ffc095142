"""Ratings of cases that follow from marks on lesions: the highest mark of each case.

Chakraborty calls them the highest-rating inferred ROC data (Observer Performance Methods for Diagnostic
Imaging, 2017, chapter 13). A case without a mark is rated below every mark.
"""

from __future__ import annotations

import numpy as np

from app.analysis.ingest.marks import FreeResponse
from app.analysis.placements import Floats
from app.analysis.readings import Readings

NOTE = (
    "Ratings of cases are inferred from the marks: the highest mark of each case; a case without a mark is "
    "rated below every mark."
)


def inferred_readings(marks: FreeResponse, source: str) -> Readings:
    """The cube of reads that the marks imply; there are no calls and no times in it."""
    readers, arms = range(len(marks.readers)), range(len(marks.arms))
    highest = np.array([[_highest(marks, arm, reader) for reader in readers] for arm in arms])
    silent = float(highest[np.isfinite(highest)].min()) - 1.0
    nothing = np.full(highest.shape, np.nan)
    return Readings(
        source=source,
        arms=marks.arms,
        readers=marks.readers,
        cases=marks.cases,
        truth=marks.lesions.truth,
        rating=np.where(np.isfinite(highest), highest, silent),
        call=nothing,
        seconds=nothing,
        position=nothing,
        rating_column="highest mark",
        inferred=True,
    )


def _highest(marks: FreeResponse, arm: int, reader: int) -> Floats:
    """The highest mark of each case by one reader in one arm, float64 (cases,), -inf where there is none."""
    reads = marks.reads[arm][reader]
    highest = reads.highest_false(len(marks.cases))
    np.maximum.at(highest, marks.lesions.case, reads.lesion_ratings)
    return highest

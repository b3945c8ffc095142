"""A figure of merit of every arm and reader, with its covariance over cases: what MRMC analyses work on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.analysis.covariance import shared_covariance
from app.analysis.exact import Unvarying
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats
from app.analysis.readings import Predictions, Readings
from app.analysis.sections.aucs import Raters, stack


@dataclass(frozen=True, eq=False)
class Merits:
    """`theta`: float64 (arms, readers), NaN where a reader did not read an arm. `covariance`: float64 (arms,
    readers, arms, readers), estimated by `method`. `unvarying` says where the cases leave no variance.
    """

    theta: Floats
    covariance: Floats
    measure: str
    method: str
    unvarying: Unvarying

    def with_both(self, first: int, second: int) -> Bools:
        """Who read both arms, bool (readers,)."""
        return np.asarray(~np.isnan(self.theta[first] + self.theta[second]))

    def between(self, first: int, second: int, readers: Sequence[int]) -> tuple[Floats, Floats]:
        """Arm `first` minus `second`, float64 (readers,), and its covariance, float64 (readers, readers)."""
        block = self.covariance[np.ix_((first, second), readers, (first, second), readers)]
        return (
            self.theta[first, readers] - self.theta[second, readers],
            block[0, :, 0] + block[1, :, 1] - block[0, :, 1] - block[1, :, 0],
        )


def auc_merits(readings: Readings, raters: Raters, options: AnalysisOptions) -> Merits:
    """The AUCs of the readers, who come first in the stack."""
    shape = (len(readings.arms), len(readings.readers))
    cells = shape[0] * shape[1]
    return Merits(
        raters.placements.auc[:cells].reshape(shape),
        raters.covariance[:cells, :cells].reshape(*shape, *shape),
        "AUC",
        options.covariance.value,
        Unvarying(
            raters.placements.constant[:cells].reshape(shape),
            min(_read_by_all(readings.rating[:, :, kind]) for kind in (readings.truth, ~readings.truth)),
        ),
    )


def call_merits(readings: Readings, diseased: bool) -> Merits | None:
    """Sensitivity (`diseased`) or specificity over the cases of that class alone; None without calls of them.

    The covariance of a mean is cov/m by every method (the jackknife gives exactly this).
    """
    calls = readings.call[:, :, readings.truth if diseased else ~readings.truth]
    shape = calls.shape[:2]
    right = (calls if diseased else 1.0 - calls).reshape(shape[0] * shape[1], calls.shape[2])
    seen = ~np.isnan(right)
    if not seen.any() or right.shape[1] < 2:
        return None
    counts = seen.sum(axis=1)
    theta = np.where(counts > 0, np.nansum(right, axis=1) / np.maximum(counts, 1), np.nan).reshape(shape)
    return Merits(
        theta,
        shared_covariance(right).reshape(*shape, *shape),
        "sensitivity" if diseased else "specificity",
        "jackknife",
        Unvarying((theta == 0.0) | (theta == 1.0), _read_by_all(calls)),
    )


def all_merits(readings: Readings, options: AnalysisOptions) -> Iterator[Merits]:
    """AUC, and sensitivity and specificity where there are calls."""
    yield auc_merits(readings, stack(readings, Predictions.none(len(readings.cases)), options), options)
    for diseased in (True, False):
        found = call_merits(readings, diseased)
        if found is not None:
            yield found


def _read_by_all(cube: Floats) -> int:
    """The cases that everybody who read an arm read in it; `cube`: float64 (arms, readers, cases)."""
    given = ~np.isnan(cube)
    return int((given | ~given.any(axis=2, keepdims=True)).all(axis=(0, 1)).sum())

"""The Mann-Whitney AUC and its placement values, from which every variance of an AUC follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Placements:
    """AUC of each rater with the placement value of each case.

    `auc`: float64 (raters,), NaN where a class was not read. `positive`: float64 (raters, m), the share of
    negative cases that lie below each positive one (ties count half), V10 of DeLong 1988. `negative`: float64
    (raters, n), the share of positive cases above each negative one, V01. Both are NaN where not read.
    """

    auc: Floats
    positive: Floats
    negative: Floats

    @property
    def n_positive(self) -> Floats:
        """Positive cases read, float64 (raters,)."""
        return np.asarray(np.sum(~np.isnan(self.positive), axis=1), dtype=np.float64)

    @property
    def n_negative(self) -> Floats:
        """Negative cases read, float64 (raters,)."""
        return np.asarray(np.sum(~np.isnan(self.negative), axis=1), dtype=np.float64)

    @property
    def constant(self) -> Bools:
        """Whether all pairs of cases gave one ψ, bool (raters,): the AUC is 0 or 1, or all ratings tie."""
        return _one_value(self.positive) & _one_value(self.negative)


def placements(scores: Floats, truth: Bools) -> Placements:
    """AUC = mean ψ with ψ = 1(x > y) + ½·1(x = y), and its placement values (DeLong et al. 1988).

    `scores`: float64 (raters, cases), NaN = not read, -inf allowed. `truth`: bool (cases,), True = diseased.
    """
    positive, negative = scores[:, truth], scores[:, ~truth]
    complete = not np.isnan(scores).any()
    v10 = np.full(positive.shape, np.nan)
    v01 = np.full(negative.shape, np.nan)
    auc = np.full(len(scores), np.nan)
    for rater in range(len(scores)):
        x, y = positive[rater], negative[rater]
        if complete:
            seen_x: Bools | slice = slice(None)
            seen_y: Bools | slice = slice(None)
        else:
            seen_x, seen_y = ~np.isnan(x), ~np.isnan(y)
            x, y = x[seen_x], y[seen_y]
        if len(x) and len(y):
            xs, ys = np.sort(x), np.sort(y)
            below = ys.searchsorted(x) + ys.searchsorted(x, "right")
            above = xs.searchsorted(y) + xs.searchsorted(y, "right")
            v10[rater, seen_x] = below / (2.0 * len(y))
            v01[rater, seen_y] = 1.0 - above / (2.0 * len(x))
            auc[rater] = below.sum() / (2.0 * len(x) * len(y))
    return Placements(auc, v10, v01)


def _one_value(values: Floats) -> Bools:
    """Whether a rater's values, float64 (raters, cases), are all the same; False without any."""
    seen = ~np.isnan(values)
    least = np.where(seen, values, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(np.where(seen, values, -np.inf).max(axis=1, initial=-np.inf) == least, dtype=bool)


def auc(scores: Floats, truth: Bools) -> float:
    """The Mann-Whitney AUC of one rater; `scores` float64 (cases,), `truth` bool (cases,)."""
    return float(placements(np.asarray(scores, dtype=np.float64)[None, :], truth).auc[0])


def kernel(scores: Floats, truth: Bools) -> Floats:
    """ψ of one rater: float64 (m, n), positive cases along rows; every case must have been read."""
    x, y = scores[truth][:, None], scores[~truth][None, :]
    return np.asarray((x > y) + 0.5 * (x == y), dtype=np.float64)

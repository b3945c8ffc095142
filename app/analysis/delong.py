"""One AUC with its interval, and two AUCs on the same cases compared (DeLong et al. 1988)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.covariance import delong
from app.analysis.distributions import clipped, interval, normal_two_sided
from app.analysis.exact import NOTHING, exact_interval
from app.analysis.placements import Bools, Floats, Placements, kernel, placements
from app.analysis.rounding import settled


@dataclass(frozen=True)
class PairedDifference:
    """AUC of the first rater minus AUC of the second; `se` and `z` are NaN when the difference has no
    variance, and `exact` says that its interval is then that of `exact_interval`.
    """

    difference: float
    se: float
    z: float
    p: float
    ci: tuple[float, float]
    exact: bool = False


def delong_interval(auc: float, variance: float, level: float = 0.95) -> tuple[float, float]:
    """The normal interval of an AUC, clipped to [0, 1]."""
    return clipped(interval(auc, math.sqrt(max(variance, 0.0)), math.inf, level))


def auc_interval(values: Placements) -> tuple[float, float]:
    """The 95 % interval of the only rater's AUC: DeLong's; exact where all pairs of cases are ranked alike.

    One case of a kind alone says nothing: 0-1.
    """
    fewer = int(min(values.n_positive[0], values.n_negative[0]))
    if fewer < 2:
        return 0.0, 1.0
    area = float(values.auc[0])
    if values.constant[0]:
        return exact_interval(area, fewer)
    return delong_interval(area, float(delong(values)[0, 0]))


def paired_difference(
    scores: Floats, truth: Bools, aucs: tuple[float, float], covariance: Floats
) -> PairedDifference:
    """The test of two correlated AUCs.

    `scores`: float64 (2, cases), NaN = not read; `covariance`: float64 (2, 2). A difference without variance
    has no test: p is NaN, unless no pair of cases is ranked differently (p = 1). One case of a class leaves
    nothing to say.
    """
    difference = aucs[0] - aucs[1]
    variance = settled(
        float(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]),
        covariance[0, 0],
        covariance[1, 1],
    )
    if math.isnan(variance):
        return PairedDifference(difference, math.nan, math.nan, math.nan, NOTHING)
    if not variance > 0:
        draws = _alike(scores, truth, difference)
        ci = exact_interval(difference, draws, -1.0)
        p = 1.0 if draws and abs(difference) < 1e-12 else math.nan
        return PairedDifference(difference, math.nan, math.nan, p, ci, not math.isnan(ci[0]))
    se = math.sqrt(variance)
    z = difference / se
    ci = clipped(interval(difference, se, math.inf), -1.0, 1.0)
    return PairedDifference(difference, se, z, normal_two_sided(z), ci)


def _alike(scores: Floats, truth: Bools, difference: float) -> int:
    """How many independent pairs of cases both ranked, if all of them showed this difference; else 0."""
    both = ~np.isnan(scores).any(axis=0)
    gap = kernel(scores[0, both], truth[both]) - kernel(scores[1, both], truth[both])
    return min(gap.shape) if gap.size and np.abs(gap - difference).max() < 1e-12 else 0


def compare(first: Floats, second: Floats, truth: Bools) -> PairedDifference:
    """DeLong's test of two raters; `first`, `second`: float64 (cases,), NaN = not read."""
    scores = np.stack([first, second])
    values = placements(scores, truth)
    return paired_difference(scores, truth, (float(values.auc[0]), float(values.auc[1])), delong(values))

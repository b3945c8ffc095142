"""One AUC with its interval, and two AUCs on the same cases compared (DeLong et al. 1988)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.covariance import delong
from app.analysis.distributions import clipped, interval, normal_two_sided
from app.analysis.placements import Bools, Floats, placements


@dataclass(frozen=True)
class PairedDifference:
    """AUC of the first rater minus AUC of the second; `z` and `p` are NaN when the difference has no
    variance.
    """

    difference: float
    se: float
    z: float
    p: float
    ci: tuple[float, float]


def delong_interval(auc: float, variance: float, level: float = 0.95) -> tuple[float, float]:
    """The normal interval of an AUC, clipped to [0, 1]."""
    return clipped(interval(auc, math.sqrt(max(variance, 0.0)), math.inf, level))


def paired_difference(first: float, second: float, variance: float) -> PairedDifference:
    """The test of two correlated AUCs from the variance of their difference.

    Two raters with equal AUCs whose difference has no variance agree case by case: p = 1. A difference
    without variance has no test: p is NaN.
    """
    difference = first - second
    if not variance > 1e-15:
        p = 1.0 if abs(difference) < 1e-12 else math.nan
        return PairedDifference(difference, 0.0, 0.0 if p == 1.0 else math.nan, p, (difference, difference))
    se = math.sqrt(variance)
    z = difference / se
    ci = clipped(interval(difference, se, math.inf), -1.0, 1.0)
    return PairedDifference(difference, se, z, normal_two_sided(z), ci)


def compare(first: Floats, second: Floats, truth: Bools) -> PairedDifference:
    """DeLong's test of two raters; `first`, `second`: float64 (cases,), NaN = not read."""
    values = placements(np.stack([first, second]), truth)
    c = delong(values)
    return paired_difference(
        float(values.auc[0]), float(values.auc[1]), float(c[0, 0] + c[1, 1] - 2.0 * c[0, 1])
    )

"""Yes/no calls against the truth: the confusion table and everything that is read off it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.placements import Bools, Floats
from app.analysis.proportions import Proportion, proportion


@dataclass(frozen=True)
class OperatingPoint:
    """A confusion table with its rates; F1 is the harmonic mean of sensitivity and positive predictive
    value.
    """

    tp: int
    fp: int
    fn: int
    tn: int
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion
    npv: Proportion
    accuracy: Proportion
    f1: float
    prevalence: float
    youden: float


def from_counts(tp: int, fp: int, fn: int, tn: int) -> OperatingPoint:
    """All rates of a confusion table; a rate of nothing is NaN."""
    sensitivity, specificity = proportion(tp, tp + fn), proportion(tn, tn + fp)
    total = tp + fp + fn + tn
    return OperatingPoint(
        tp=tp,
        fp=fp,
        fn=fn,
        tn=tn,
        sensitivity=sensitivity,
        specificity=specificity,
        ppv=proportion(tp, tp + fp),
        npv=proportion(tn, tn + fn),
        accuracy=proportion(tp + tn, total),
        f1=2 * tp / (2 * tp + fp + fn) if tp + fp + fn else math.nan,
        prevalence=(tp + fn) / total if total else math.nan,
        youden=sensitivity.estimate + specificity.estimate - 1.0,
    )


def operating_point(calls: Floats, truth: Bools) -> OperatingPoint:
    """The operating point of one rater; `calls`: float64 (cases,) 1 = yes, 0 = no, NaN = not given."""
    given = ~np.isnan(calls)
    yes, diseased = calls[given] > 0.5, truth[given]
    return from_counts(
        tp=int(np.sum(yes & diseased)),
        fp=int(np.sum(yes & ~diseased)),
        fn=int(np.sum(~yes & diseased)),
        tn=int(np.sum(~yes & ~diseased)),
    )

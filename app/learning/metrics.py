"""What a trained net is judged by: every column of Hsieh 2021's table 2, AUC with intervals, reliability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.analysis.bootstrap import bootstrap_auc, draw, summarise
from app.analysis.calibration import Calibration, calibration
from app.analysis.delong import auc_interval
from app.analysis.operating import OperatingPoint, operating_point
from app.analysis.placements import placements
from app.analysis.proportions import Proportion

Scores = NDArray[np.float64]
Bools = NDArray[np.bool_]
Estimate = list[float] | None
"""[estimate, low, high] with a 95 % interval; None for a rate of nothing."""
RESAMPLES = 2000


@dataclass(frozen=True)
class Metrics:
    """What a net said of some scans, against the truth.

    `auc`: DeLong's interval, exact where all pairs are ranked alike; `bootstrap`: percentile interval of the
    same AUC over resampled cases, NaN where that does not vary; both NaN where a kind is missing.
    """

    n: int
    threshold: float
    point: OperatingPoint
    auc: tuple[float, float, float]
    bootstrap: tuple[float, float]
    reliability: Calibration

    def facts(self) -> dict[str, Any]:  # JSON
        """The measures by name; rates and AUC as [estimate, low, high]."""
        point = self.point
        return {
            "n": self.n,
            "positives": point.tp + point.fn,
            "threshold": self.threshold,
            "accuracy": _estimate(point.accuracy),
            "sensitivity": _estimate(point.sensitivity),
            "specificity": _estimate(point.specificity),
            "prevalence": _number(point.prevalence),
            "precision": _estimate(point.ppv),
            "npv": _estimate(point.npv),
            "f1": _number(point.f1),
            "tp": point.tp,
            "fp": point.fp,
            "fn": point.fn,
            "tn": point.tn,
            "auc": None if math.isnan(self.auc[0]) else list(self.auc),
            "auc_bootstrap": None if math.isnan(self.bootstrap[0]) else list(self.bootstrap),
            "brier": _number(self.reliability.brier),
            "reliability": [
                {"said": part.mean_rating, "ill": part.observed.count, "scans": part.observed.total}
                for part in self.reliability.bins
            ],
        }


def measured(probability: Scores, truth: Bools, threshold: float = 0.5, seed: int = 1) -> Metrics:
    """Judge probabilities float64 (n,), 0-1, by the truth bool (n,); a call is a probability >= threshold."""
    point = operating_point((probability >= threshold).astype(np.float64), truth)
    auc, bootstrap = (math.nan, math.nan, math.nan), (math.nan, math.nan)
    if 0 < int(truth.sum()) < len(truth):
        values = placements(probability[None], truth)
        auc = (float(values.auc[0]), *auc_interval(values))
        resamples = draw(truth, RESAMPLES, seed)
        if not values.constant[0]:  # else every resample repeats it
            bootstrap = summarise(bootstrap_auc(probability, truth, resamples)[None], resamples)[0].ci
    return Metrics(len(truth), threshold, point, auc, bootstrap, calibration(probability, truth, 1.0))


def youden_threshold(probability: Scores, truth: Bools) -> float:
    """The probability at which sensitivity + specificity is greatest (Youden 1950), half-way to the next.

    0.5 where only one kind is there. probability: float64 (n,); truth: bool (n,).
    """
    if not 0 < int(truth.sum()) < len(truth):
        return 0.5
    values = np.unique(probability)
    edges = np.concatenate([[values[0] / 2], (values[1:] + values[:-1]) / 2])
    calls = probability[None, :] >= edges[:, None]
    index = calls[:, truth].mean(axis=1) + (~calls[:, ~truth]).mean(axis=1)
    return float(edges[int(index.argmax())])


def _estimate(found: Proportion) -> Estimate:
    return None if math.isnan(found.estimate) else [found.estimate, *found.wilson]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value

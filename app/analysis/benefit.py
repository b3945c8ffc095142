"""Decision curves: what a reader's or an algorithm's probabilities are worth at each threshold of treatment.

Net benefit = TP/n - FP/n · t/(1 - t), positive from the threshold t on (Vickers & Elkin 2006, Med Decis
Making 26:565). In R: dcurves::dca(truth ~ p, thresholds = t).
"""

from __future__ import annotations

import numpy as np

from app.analysis.placements import Bools, Floats

THRESHOLDS: Floats = np.arange(5, 100, 5) / 100.0
"""float64 (thresholds,): every twentieth."""


def net_benefit(probability: Floats, truth: Bools, thresholds: Floats = THRESHOLDS) -> Floats:
    """In true positives per case, float64 (thresholds,); probability: float64 (cases,), NaN = not read."""
    seen = ~np.isnan(probability)
    stated, diseased = probability[seen], truth[seen]
    if not len(stated):
        return np.full(len(thresholds), np.nan)
    positive = stated[None, :] >= thresholds[:, None] - 1e-12
    hits, alarms = (positive & diseased).sum(axis=1), (positive & ~diseased).sum(axis=1)
    return np.asarray((hits - alarms * thresholds / (1.0 - thresholds)) / len(stated))


def treat_all(truth: Bools, thresholds: Floats = THRESHOLDS) -> Floats:
    """The net benefit of calling every case diseased, float64 (thresholds,)."""
    share = float(truth.mean())
    return np.asarray(share - (1.0 - share) * thresholds / (1.0 - thresholds))

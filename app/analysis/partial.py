"""The left end of the ROC curve, where a test must not cry wolf: partial area and sensitivity there.

As R's pROC: `auc(r, partial.auc = c(1, s), partial.auc.correct = TRUE)` and
`coords(r, s, input = "specificity", ret = "sensitivity")`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.bootstrap import Counts, Resamples, level_counts
from app.analysis.placements import Bools, Floats


@dataclass(frozen=True, eq=False)
class LeftEnd:
    """In each resample, float64 (resamples,): standardised partial area, and sensitivity at the end."""

    area: Floats
    sensitivity: Floats


def left_end(scores: Floats, truth: Bools, specificity: float, resamples: Resamples | None = None) -> LeftEnd:
    """The curve from specificity 1 to `specificity`, on the cases themselves without `resamples`.

    scores: float64 (cases,), NaN = not read; truth: bool (cases,). Points of the curve are joined by straight
    lines. The area is standardised after McClish 1989 (Med Decis Making 9:190): 0.5 is chance, 1 perfect.
    """
    seen = ~np.isnan(scores)
    levels, place = np.unique(np.where(seen, scores, np.nanmin(scores)), return_inverse=True)
    weight = seen.astype(np.float32)[:, None]
    kinds = (truth, ~truth)
    drawn = (
        [np.ones((int(kind.sum()), 1), np.float32) for kind in kinds]
        if resamples is None
        else [resamples.positive, resamples.negative]
    )
    rise, run = (
        _fractions(level_counts(place[kind], counts * weight[kind], len(levels)))
        for kind, counts in zip(kinds, drawn, strict=True)
    )
    return _measured(run, rise, 1.0 - specificity)


def _fractions(per_level: Counts) -> Floats:
    """The share of a class at or above each level, from (0) on, float64 (levels + 1, resamples)."""
    summed = per_level[::-1].cumsum(axis=0, dtype=np.float64)
    total = np.where(summed[-1] > 0, summed[-1], np.nan)
    return np.vstack([np.zeros((1, summed.shape[1])), summed / total])


def _measured(run: Floats, rise: Floats, end: float) -> LeftEnd:
    """Area under the polygon up to false-positive fraction `end`, and its height there (the upper of two)."""
    step, climb = np.diff(run, axis=0), np.diff(rise, axis=0)
    wide = np.where(step > 0, step, 1.0)
    share = np.where(step > 0, np.clip((end - run[:-1]) / wide, 0.0, 1.0), 0.0)
    area = (step * share * (rise[:-1] + climb * share / 2.0)).sum(axis=0)
    last = np.maximum((run <= end + 1e-12).sum(axis=0) - 1, 0)
    column = np.arange(run.shape[1])
    following = np.minimum(last + 1, len(run) - 1)
    x, y, x2, y2 = run[last, column], rise[last, column], run[following, column], rise[following, column]
    gap = np.where(x2 > x, x2 - x, 1.0)
    height = y + np.where(x2 > x, (y2 - y) * np.maximum(end - x, 0.0) / gap, 0.0)
    chance = end * end / 2.0
    return LeftEnd((1.0 + (area - chance) / (end - chance)) / 2.0, height)

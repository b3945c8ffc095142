"""The empirical ROC curve, and the mean of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.bootstrap import Counts, Resamples, level_counts
from app.analysis.placements import Bools, Floats


@dataclass(frozen=True, eq=False)
class Curve:
    """An ROC curve from (0, 0) to (1, 1): float64 (points,) each; `threshold` starts at +inf."""

    false_positive: Floats
    true_positive: Floats
    threshold: Floats


@dataclass(frozen=True, eq=False)
class Band:
    """A mean curve with its 95 % band, float64 (points,) each, on a fixed grid of false-positive
    fractions.
    """

    false_positive: Floats
    mean: Floats
    low: Floats
    high: Floats


def roc_curve(scores: Floats, truth: Bools) -> Curve:
    """One point per distinct score; `scores`: float64 (cases,), NaN = not read."""
    seen = ~np.isnan(scores)
    score, diseased = scores[seen], truth[seen]
    levels, place = np.unique(score, return_inverse=True)
    positive = np.bincount(place[diseased], minlength=len(levels))[::-1].cumsum()
    negative = np.bincount(place[~diseased], minlength=len(levels))[::-1].cumsum()
    return Curve(
        np.concatenate([[0.0], negative / max(1, int((~diseased).sum()))]),
        np.concatenate([[0.0], positive / max(1, int(diseased.sum()))]),
        np.concatenate([[np.inf], levels[::-1]]),
    )


def mean_curve(scores: Floats, truth: Bools, grid: Floats) -> Floats:
    """Vertical average of the raters' curves at `grid`; `scores`: float64 (raters, cases)."""
    curves = [roc_curve(row, truth) for row in scores]
    return np.asarray(np.mean([_interpolated(curve, grid) for curve in curves], axis=0))


def mean_curve_band(scores: Floats, truth: Bools, resamples: Resamples, points: int = 101) -> Band:
    """Mean curve of one arm with a percentile band over resamples of readers and cases together.

    `scores`: float64 (raters, cases). At most 200 of the `resamples` are used; readers are drawn with the
    same seed, so that the band speaks of readers and cases like these.
    """
    grid = np.linspace(0.0, 1.0, points)
    used = min(200, resamples.size)
    rng = np.random.default_rng(resamples.seed)
    drawn = rng.integers(0, len(scores), size=(used, len(scores)))
    total = np.zeros((used, points))
    for rater, row in enumerate(scores):
        share = np.sum(drawn == rater, axis=1) / len(scores)
        total += share[:, None] * _resampled_curves(row, truth, resamples, grid, used)
    low, high = np.quantile(total, [0.025, 0.975], axis=0)
    return Band(grid, mean_curve(scores, truth, grid), low, high)


def _resampled_curves(scores: Floats, truth: Bools, resamples: Resamples, grid: Floats, used: int) -> Floats:
    """One curve per resample, float64 (used, grid)."""
    levels, place = np.unique(np.nan_to_num(scores, nan=np.nanmin(scores)), return_inverse=True)
    weight = np.where(np.isnan(scores), 0.0, 1.0).astype(np.float32)

    def cumulative(mask: Bools, counts: Counts) -> Floats:
        per_level = level_counts(place[mask], counts * weight[mask][:, None], len(levels))
        summed = per_level[::-1].cumsum(axis=0, dtype=np.float64)
        return np.vstack([np.zeros((1, used)), summed / np.maximum(summed[-1], 1.0)])

    rise = cumulative(truth, resamples.positive[:, :used])
    run = cumulative(~truth, resamples.negative[:, :used])
    return np.stack([np.interp(grid, run[:, i], rise[:, i]) for i in range(used)])


def _interpolated(curve: Curve, grid: Floats) -> Floats:
    return np.interp(grid, curve.false_positive, curve.true_positive)

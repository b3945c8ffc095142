"""Bootstrap distributions of AUCs: thousands of resamples as a handful of array operations.

Drawing only counts how often each case was drawn. With the negatives sorted by score, the weighted AUC of
every resample follows from running sums of those counts, so that no score is ever copied or sorted again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.placements import Bools, Floats, kernel

_KERNEL_PAIRS = 40_000
"""Up to so many pairs the product with ψ beats the running sums."""
_BLOCK_BYTES = 24_000_000

_BLOCK = 100_000
"""Bytes: small blocks are used again and again; fresh memory costs more than the work in it."""

Counts = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Resamples:
    """How often each case was drawn in each resample.

    `positive`: float32 (m, resamples), `negative`: float32 (n, resamples).
    """

    positive: Counts
    negative: Counts
    stratified: bool
    seed: int

    @property
    def size(self) -> int:
        """The number of resamples."""
        return int(self.positive.shape[1])


@dataclass(frozen=True)
class BootstrapSummary:
    """The percentile interval and median of a bootstrap distribution; `resamples` counts the usable ones."""

    resamples: int
    stratified: bool
    seed: int
    ci: tuple[float, float]
    median: float
    quartiles: tuple[float, float]


def draw(truth: Bools, resamples: int, seed: int, stratified: bool = True) -> Resamples:
    """Draw cases with replacement, within each class (`stratified`) or from all cases.

    `truth`: bool (cases,). The generator is PCG64 seeded with `seed`.
    """
    rng = np.random.default_rng(seed)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if stratified:
        positive, negative = _counts(rng, positives, resamples), _counts(rng, negatives, resamples)
    else:
        both = _counts(rng, len(truth), resamples)
        positive, negative = both[truth], both[~truth]
    return Resamples(positive, negative, stratified, seed)


def _counts(rng: np.random.Generator, cases: int, resamples: int) -> Counts:
    kind = np.uint16 if cases < 2**16 else np.uint32
    counts = np.empty((cases, resamples), dtype=np.float32)
    step = max(16, _BLOCK // (8 * cases))
    for start in range(0, resamples, step):
        part = counts[:, start : start + step]
        drawn = rng.integers(0, cases, size=part.shape[::-1], dtype=kind)
        places = drawn + (np.arange(part.shape[1]) * cases)[:, None]
        part[:] = np.bincount(places.ravel(), minlength=part.size).reshape(part.shape[::-1]).T
    return counts


def bootstrap_auc(scores: Floats, truth: Bools, resamples: Resamples) -> Floats:
    """The AUC of one rater in every resample, float64 (resamples,); NaN where a resample has one class only.

    `scores`: float64 (cases,), NaN = not read: such a case weighs nothing.
    """
    x, y = scores[truth], scores[~truth]
    positive, negative = resamples.positive, resamples.negative
    seen_x, seen_y = ~np.isnan(x), ~np.isnan(y)
    complete = bool(seen_x.all() and seen_y.all())
    if not complete:
        positive, negative, x, y = positive[seen_x], negative[seen_y], x[seen_x], y[seen_y]
    if len(x) * len(y) <= _KERNEL_PAIRS:
        won = _kernel_sums(x, y, positive, negative)
    else:
        won = _running_sums(x, y, positive, negative)
    if complete and resamples.stratified:
        return np.asarray(won / float(len(x) * len(y)))
    pairs = positive.sum(axis=0, dtype=np.float64) * negative.sum(axis=0, dtype=np.float64)
    auc = np.full(resamples.size, np.nan)
    np.divide(won, pairs, out=auc, where=pairs > 0)
    return auc


def _kernel_sums(x: Floats, y: Floats, positive: Counts, negative: Counts) -> Floats:
    """Counts × ψ × counts for every resample, float64 (resamples,)."""
    both = np.concatenate([x, y])
    psi = kernel(both, np.arange(len(both)) < len(x)).astype(np.float32).T
    won = np.empty(positive.shape[1])
    step = max(16, _BLOCK // (4 * max(1, len(y))))
    for start in range(0, len(won), step):
        part = slice(start, start + step)
        won[part] = np.einsum("ib,ib->b", psi @ positive[:, part], negative[:, part])
    return won


def _running_sums(x: Floats, y: Floats, positive: Counts, negative: Counts) -> Floats:
    """Twice the negatives that each score beats, times the positives that have it, summed over the scores.

    Counts of cases stay exact in float32; only their products need float64.
    """
    levels = np.unique(np.concatenate([x, y]))
    won = np.empty(positive.shape[1])
    step = max(16, _BLOCK_BYTES // (8 * (len(x) + len(y))))
    for start in range(0, len(won), step):
        part = slice(start, start + step)
        scored = level_counts(levels.searchsorted(x), positive[:, part], len(levels))
        beaten = level_counts(levels.searchsorted(y), negative[:, part], len(levels))
        lost = np.cumsum(beaten, axis=0)
        lost *= 2.0
        lost -= beaten
        won[part] = 0.5 * np.einsum("lb,lb->b", lost, scored, dtype=np.float64)
    return won


def level_counts(level: NDArray[np.intp], counts: Counts, levels: int) -> Counts:
    """How often each level was drawn, float32 (levels, resamples); `level`: int (cases,), `counts` per
    case.
    """
    order = np.argsort(level, kind="stable")
    found, starts = np.unique(level[order], return_index=True)
    total = np.zeros((levels, counts.shape[1]), dtype=np.float32)
    if len(found):
        total[found] = np.add.reduceat(counts[order], starts, axis=0)
    return total


def summarise(
    distributions: Floats, resamples: Resamples, level: float = 0.95
) -> tuple[BootstrapSummary, ...]:
    """Percentile interval, median and quartiles of each row of `distributions`, float64 (rows, resamples)."""
    tail = 0.5 - level / 2.0
    points = [tail, 0.25, 0.5, 0.75, 1.0 - tail]
    usable = (~np.isnan(distributions)).sum(axis=1).tolist()
    if min(usable) == distributions.shape[1]:
        rows = _quantiles(distributions, points).tolist()
    else:
        rows = [
            _quantiles(row[None, ~np.isnan(row)], points)[0].tolist() if count else [float("nan")] * 5
            for row, count in zip(distributions, usable, strict=True)
        ]
    return tuple(
        BootstrapSummary(count, resamples.stratified, resamples.seed, (low, high), median, (lower, upper))
        for count, (low, lower, median, upper, high) in zip(usable, rows, strict=True)
    )


def _quantiles(rows: Floats, points: list[float]) -> Floats:
    """Linear quantiles (R type 7) along rows, float64 (rows, points); one sort serves all points."""
    ranked = np.sort(rows, axis=1)
    place = np.asarray(points) * (ranked.shape[1] - 1)
    low = np.floor(place).astype(np.intp)
    high = np.minimum(low + 1, ranked.shape[1] - 1)
    return np.asarray(ranked[:, low] + (place - low) * (ranked[:, high] - ranked[:, low]))

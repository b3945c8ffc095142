"""How well a model's attention agrees with the true lesions, beside what needs no model at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.analysis.proportions import proportion
from app.learning.frame import Floats
from app.scan.scan import ViewName

Masks = Mapping[ViewName, NDArray[np.bool_]]
THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""Shares of the greatest attention from which a pixel counts as pointed at."""


@dataclass(frozen=True)
class CaseExplanation:
    """One scan with metastases: does its attention lie on them?

    `hit`: the hottest place of the attention does; `hottest_pixel`: the hottest pixel of the counts does,
    `hottest_outside_bladder` likewise; `random`: share of the body's pixels that do; `energy`: share of the
    attention, NaN where there is none; `dice` at each of THRESHOLDS.
    """

    hit: bool
    hottest_pixel: bool
    hottest_outside_bladder: bool
    random: float
    energy: float
    dice: tuple[float, ...]


@dataclass(frozen=True)
class Explanation:
    """The measures over several scans; every estimate as (estimate, low, high) of its 95 % interval."""

    method: str
    scans: int
    pointing: tuple[float, float, float]
    pointing_hottest_pixel: tuple[float, float, float]
    pointing_hottest_outside_bladder: tuple[float, float, float]
    pointing_random: float
    energy: tuple[float, float, float]
    dice: tuple[float, ...]
    more: Mapping[str, Any] = field(default_factory=dict)  # JSON: sanity and cross-checks where asked for

    def facts(self) -> dict[str, Any]:  # JSON
        """By name, as `metrics.json` and model cards keep it."""
        best = int(np.argmax(self.dice)) if self.dice else 0
        return {
            "method": self.method,
            "scans": self.scans,
            "pointing": list(self.pointing),
            "pointing_hottest_pixel": list(self.pointing_hottest_pixel),
            "pointing_hottest_outside_bladder": list(self.pointing_hottest_outside_bladder),
            "pointing_random": self.pointing_random,
            "energy": list(self.energy),
            "energy_random": self.pointing_random,
            "dice": dict(zip(map(str, THRESHOLDS), self.dice, strict=True)),
            "best_dice": self.dice[best],
            "best_dice_threshold": THRESHOLDS[best],
            **self.more,
        }


def case_explanation(
    attention: Mapping[ViewName, Floats],
    lesions: Masks,
    counts: Mapping[ViewName, Floats],
    body: Masks,
    bladder: Masks | None = None,
) -> CaseExplanation:
    """The measures of one scan, over all its views together.

    All maps are (rows, cols) of their view; attention 0-1. The pointing game is that of Zhang et al. 2018
    (arXiv 1608.00507) without a margin. Raises ValueError when there is no lesion pixel.
    """
    views = list(attention)
    looked = _flat(attention, views)
    lesion = _flat(lesions, views)
    seen = _flat(counts, views)
    inside = _flat(body, views) | lesion
    if not lesion.any():
        raise ValueError("no lesion pixel")
    outside = seen if bladder is None else np.where(_flat(bladder, views), -np.inf, seen)
    total = float(looked.sum())
    most = float(looked.max())
    return CaseExplanation(
        hit=most > 0 and bool(lesion[int(looked.argmax())]),
        hottest_pixel=bool(lesion[int(seen.argmax())]),
        hottest_outside_bladder=bool(lesion[int(outside.argmax())]),
        random=float(lesion.sum() / inside.sum()),
        energy=float(looked[lesion].sum() / total) if total > 0 else math.nan,
        dice=tuple(dice(looked >= share * most, lesion) if most > 0 else 0.0 for share in THRESHOLDS),
    )


def explained(cases: Sequence[CaseExplanation], method: str) -> Explanation:
    """The measures over several scans: Wilson intervals of shares, normal ones of means.

    Raises ValueError without a scan.
    """
    if not cases:
        raise ValueError("no scans")
    return Explanation(
        method=method,
        scans=len(cases),
        pointing=_share([case.hit for case in cases]),
        pointing_hottest_pixel=_share([case.hottest_pixel for case in cases]),
        pointing_hottest_outside_bladder=_share([case.hottest_outside_bladder for case in cases]),
        pointing_random=float(np.mean([case.random for case in cases])),
        energy=mean_interval([case.energy for case in cases]),
        dice=tuple(float(each) for each in np.mean([case.dice for case in cases], axis=0)),
    )


def dice(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """2 |A and B| / (|A| + |B|) of two masks, bool of one shape; 1 for two empty ones."""
    both = int(np.count_nonzero(first)) + int(np.count_nonzero(second))
    return 2.0 * int(np.count_nonzero(first & second)) / both if both else 1.0


def rank_correlation(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation of two maps, floats of one shape; 0 when one of them is even."""
    from scipy.stats import rankdata

    one, two = (rankdata(each.ravel()) for each in (first, second))
    one, two = one - one.mean(), two - two.mean()
    size = math.sqrt(float(one @ one) * float(two @ two))
    return float(one @ two) / size if size > 0 else 0.0


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """A mean with its normal 95 % interval, NaN values left out; all NaN without any."""
    known = np.array([value for value in values if not math.isnan(value)])
    if not known.size:
        return math.nan, math.nan, math.nan
    mean = float(known.mean())
    half = 1.959964 * float(known.std(ddof=1)) / math.sqrt(known.size) if known.size > 1 else math.inf
    return mean, max(mean - half, 0.0), min(mean + half, 1.0)


def _share(hits: Sequence[bool]) -> tuple[float, float, float]:
    found = proportion(sum(hits), len(hits))
    return found.estimate, found.wilson[0], found.wilson[1]


def _flat(maps: Mapping[ViewName, NDArray[Any]], views: Sequence[ViewName]) -> NDArray[Any]:
    return np.concatenate([maps[view].ravel() for view in views])

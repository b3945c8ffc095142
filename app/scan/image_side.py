"""Which side a view shows, told from the image: a guess that a person has to confirm.

Four signs of anatomy, each the logarithm of a ratio of two regions, so that no scale of counts matters.
Regions are shares of the body's height from the crown (Drillis and Contini, Body Segment Parameters, 1966).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.scan.scan import Counts

USUAL = np.array([1.0, -0.2, -0.7, 2.3])
"""Each sign half way between the means of simulated anterior and posterior views (60 of "trial")."""
MOST = 0.4
"""No sign may outvote two others: a focus, a full bladder or a joint spoils one of them."""
_SPINE, _FACE, _SKULL = 0.012, 0.03, 0.04
"""Half the width of the vertebral column, the face and the skull, in body heights."""


def posterior_signs(counts: Counts) -> NDArray[np.float64]:
    """How much a view, float32 (rows, cols), looks posterior by each of four signs, higher for a back; (4,).

    The spine stands out of the trunk; the lumbar spine outshines the breastbone; the skull is not outshone by
    the face, nor the lumbar spine by the kneecaps.
    """
    signal = np.clip(counts, 0, None).astype(np.float64)
    top, bottom = _extent(signal.sum(axis=1))
    height = bottom - top + 1
    trunk = _rows(signal, top, height, 0.20, 0.45).sum(axis=0)
    centre = float(np.average(np.arange(len(trunk)), weights=trunk)) if trunk.any() else len(trunk) / 2

    def mean(start: float, end: float, half: float = 1.0) -> float:
        rows = _rows(signal, top, height, start, end)
        left, right = max(int(centre - half * height), 0), int(centre + half * height) + 1
        return float(np.log(rows[:, left:right].mean() + 1e-6))

    lumbar = mean(0.30, 0.40, _SPINE)
    return np.array(
        [
            mean(0.20, 0.42, _SPINE) - mean(0.20, 0.42),
            lumbar - mean(0.16, 0.25, _SPINE),
            mean(0.005, 0.055, _SKULL) - mean(0.065, 0.115, _FACE),
            lumbar - mean(0.70, 0.78),
        ]
    )


def first_is_anterior(first: Counts, second: Counts) -> bool:
    """Whether the first of two views of one patient looks less posterior; counts, float32 (rows, cols)."""
    return _sum(posterior_signs(second) - posterior_signs(first)) >= 0


def looks_posterior(counts: Counts) -> bool:
    """Whether a view alone looks more posterior than views usually do; far less sure than with both.

    counts: float32 (rows, cols).
    """
    return _sum(posterior_signs(counts) - USUAL) > 0


def _sum(signs: NDArray[np.float64]) -> float:
    return float(np.clip(signs, -MOST, MOST).sum())


def _rows(
    signal: NDArray[np.float64], top: int, height: int, start: float, end: float
) -> NDArray[np.float64]:
    return signal[top + int(start * height) : top + int(end * height) + 1]


def _extent(profile: NDArray[np.float64]) -> tuple[int, int]:
    """First and last index of a profile above 2 % of its 95th percentile."""
    above = np.flatnonzero(profile > 0.02 * np.percentile(profile, 95))
    return (int(above[0]), int(above[-1])) if len(above) else (0, len(profile) - 1)

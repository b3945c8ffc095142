"""Which of two views is the posterior one, told from the image: a guess that a person has to confirm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.scan.scan import Counts


def spine_contrast(counts: Counts) -> float:
    """How much the midline of the trunk stands out, as the spine does in a posterior view.

    Ratio of the mean of the central tenth of the body's width to that of the trunk beside it, over 30 to 45 %
    of the body's height, below the sternum and above the bladder.
    """
    signal = np.clip(counts, 0, None).astype(np.float64)
    rows, columns = signal.sum(axis=1), signal.sum(axis=0)
    top, bottom = _extent(rows)
    height = bottom - top
    trunk = signal[top + int(0.30 * height) : top + int(0.45 * height) + 1]
    weights = trunk.sum(axis=0)
    if not weights.sum():
        return 0.0
    left, right = _extent(columns)
    centre = int(np.average(np.arange(len(weights)), weights=weights))
    unit = max((right - left) // 20, 1)
    midline = trunk[:, max(centre - unit, 0) : centre + unit + 1].mean()
    beside = np.concatenate(
        [
            trunk[:, max(centre - 4 * unit, 0) : max(centre - 2 * unit, 1)],
            trunk[:, centre + 2 * unit : centre + 4 * unit],
        ],
        axis=1,
    ).mean()
    return float(midline / beside) if beside > 0 else 0.0


def first_is_anterior(first: Counts, second: Counts) -> bool:
    """Whether the first of two views shows less of a spine than the second."""
    return spine_contrast(first) <= spine_contrast(second)


def _extent(profile: NDArray[np.float64]) -> tuple[int, int]:
    """First and last index of a profile above 2 % of its 95th percentile."""
    above = np.flatnonzero(profile > 0.02 * np.percentile(profile, 95))
    return (int(above[0]), int(above[-1])) if len(above) else (0, len(profile) - 1)

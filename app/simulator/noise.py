"""Counting statistics: Poisson, white, nothing smoothed afterwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.simulator.field import Image

Counts16 = NDArray[np.uint16]


def poisson_counts(expected: Image, rng: np.random.Generator) -> Counts16:
    """Counts with these expectations, uint16 of the same shape."""
    return np.minimum(rng.poisson(expected), 65535).astype(np.uint16)


def recounted(counts: Counts16, before: Image, after: Image, rng: np.random.Generator) -> Counts16:
    """Counts drawn for `before` turned into counts for `after`, changed only where the expectation changed.

    The sum of Poisson numbers is Poisson, and so is a Poisson number of which each count is kept with a fixed
    probability (thinning): the result is exactly Poisson, yet the noise elsewhere stays as it was.
    counts: uint16, before and after: float32, the expected counts; all of one shape.
    """
    result = counts.astype(np.int64)
    less = after < before - np.float32(1e-4)
    more = after > before + np.float32(1e-4)
    result[less] = rng.binomial(result[less], after[less].astype(np.float64) / before[less])
    result[more] += rng.poisson(after[more] - before[more])
    return np.minimum(result, 65535).astype(np.uint16)

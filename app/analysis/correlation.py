"""How two measurements of the same patients go together: Pearson's and Spearman's coefficient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.distributions import normal_quantile, t_two_sided

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Correlation:
    """A coefficient of `n` pairs, its 95 % interval (Fisher's z) and p of no correlation (t with n - 2).

    None where there is none: fewer than three pairs, or a measurement that never changes. The interval takes
    four pairs.
    """

    n: int
    r: float | None
    interval: tuple[float, float] | None
    p: float | None


def pearson(x: Floats, y: Floats) -> Correlation:
    """Pearson's r of two measurements, float64 (n,) each, without gaps."""
    n = len(x)
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(n, None, None, None)
    a, b = x - x.mean(), y - y.mean()
    r = float(np.clip((a @ b) / math.sqrt(float(a @ a) * float(b @ b)), -1, 1))
    if abs(r) == 1:
        return Correlation(n, r, (r, r) if n > 3 else None, 0.0)
    t = r * math.sqrt((n - 2) / (1 - r * r))
    p = t_two_sided(t, n - 2)
    if n < 4:
        return Correlation(n, r, None, p)
    z, half = math.atanh(r), normal_quantile(0.975) / math.sqrt(n - 3)
    return Correlation(n, r, (math.tanh(z - half), math.tanh(z + half)), p)


def spearman(x: Floats, y: Floats) -> Correlation:
    """Spearman's rho: Pearson's r of the ranks, ties sharing their mean; arrays as in `pearson`."""
    return pearson(_ranks(x), _ranks(y))


def _ranks(values: Floats) -> Floats:
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(many)
    return np.asarray(((last - many + 1 + last) / 2)[place], np.float64)

"""How two measurements of the same patients go together: Pearson's and Spearman's coefficient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Correlation:
    """A coefficient of `n` pairs, its 95 % interval (Fisher's z) and p of no correlation (t with n - 2).

    None where there is none: fewer than three pairs, or a measurement that never changes. The interval takes
    four pairs that lie on no line.
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
    from scipy import stats  # half a second: only where something is correlated

    found = stats.pearsonr(x, y)
    r = float(found.statistic)
    interval = None
    if n > 3 and abs(r) < 1 - _ROUNDING:  # on a line z is infinite, and an interval of no width no interval
        low, high = found.confidence_interval()
        interval = float(low), float(high)
    return Correlation(n, r, interval, float(found.pvalue))


def spearman(x: Floats, y: Floats) -> Correlation:
    """Spearman's rho: Pearson's r of the ranks, ties sharing their mean; arrays as in `pearson`."""
    from scipy import stats

    return pearson(stats.rankdata(x), stats.rankdata(y))

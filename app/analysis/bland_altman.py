"""How far two measurements of the same patients differ (Bland & Altman 1986, Lancet 327:307; 1999)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.distributions import interval, t_two_sided
from app.analysis.placements import Floats
from app.analysis.rounding import settled

_SPAN = 1.96


@dataclass(frozen=True)
class BlandAltman:
    """First minus second of `n` pairs: the mean difference, its standard deviation, the limits of agreement.

    Intervals are at 95 %, NaN below three pairs or where the difference never changes. `slope`: how the
    difference grows with the mean of both, with p of none; NaN where the mean never changes.
    """

    n: int
    bias: float
    bias_ci: tuple[float, float]
    sd: float
    low: float
    low_ci: tuple[float, float]
    high: float
    high_ci: tuple[float, float]
    slope: float
    slope_p: float


def bland_altman(first: Floats, second: Floats) -> BlandAltman:
    """Compare; float64 (n,) each, without gaps, n ≥ 2.

    Limits are bias ± 1.96 SD, their variance SD²(1/n + 1.96²/2(n - 1)), by t with n - 1. In R:
    blandr::blandr.statistics(first, second), which takes 3 SD²/n for it.
    """
    difference, n = first - second, len(first)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    sd = math.sqrt(settled(sd * sd, float(np.mean(first**2)), float(np.mean(second**2))))
    of_bias = sd / math.sqrt(n) if n > 2 and sd > 0 else math.nan
    of_limit = sd * math.sqrt(1.0 / n + _SPAN**2 / (2.0 * (n - 1))) if n > 2 and sd > 0 else math.nan
    low, high = bias - _SPAN * sd, bias + _SPAN * sd
    slope, p = _slope((first + second) / 2.0, difference) if sd > 0 else (0.0, math.nan)
    return BlandAltman(
        n,
        bias,
        interval(bias, of_bias, n - 1),
        sd,
        low,
        interval(low, of_limit, n - 1),
        high,
        interval(high, of_limit, n - 1),
        slope,
        p,
    )


def _slope(x: Floats, y: Floats) -> tuple[float, float]:
    n, spread = len(x), float(np.sum((x - x.mean()) ** 2))
    if n < 3 or not settled(spread, float(np.sum(x**2))) > 0:
        return math.nan, math.nan
    slope = float(np.sum((x - x.mean()) * y)) / spread
    rest = float(np.sum((y - y.mean() - slope * (x - x.mean())) ** 2)) / (n - 2) / spread
    return slope, t_two_sided(slope / math.sqrt(rest), n - 2) if rest > 0 else math.nan

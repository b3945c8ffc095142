"""A proportion with its intervals, and two proportions compared, unpaired and paired."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from app.analysis.distributions import chi2_upper, clipped, normal_quantile


@dataclass(frozen=True)
class Proportion:
    """`count` of `total` with both 95 % intervals; the estimate of nothing is NaN."""

    count: int
    total: int
    estimate: float
    clopper_pearson: tuple[float, float]
    wilson: tuple[float, float]


@dataclass(frozen=True)
class McNemar:
    """Discordant pairs and three two-sided p-values; `n10`: only the first was right, `n01`: only the
    second.
    """

    n10: int
    n01: int
    p_exact: float
    p_mid: float
    p_chi2: float


@dataclass(frozen=True)
class TwoProportions:
    """Pearson's χ² of two independent proportions, without continuity correction."""

    first: tuple[int, int]
    second: tuple[int, int]
    chi2_uncorrected: float
    p_chi2_uncorrected: float


def proportion(count: int, total: int, level: float = 0.95) -> Proportion:
    """The exact interval of Clopper & Pearson 1934 and the score interval of Wilson 1927."""
    if not total:
        nothing = (math.nan, math.nan)
        return Proportion(0, 0, math.nan, nothing, nothing)
    tail = 0.5 - level / 2.0
    low = float(special.betaincinv(count, total - count + 1, tail)) if count else 0.0
    high = float(special.betaincinv(count + 1, total - count, 1.0 - tail)) if count < total else 1.0
    z2 = normal_quantile(1.0 - tail) ** 2
    share = count / total
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * total)) / total) / (1 + z2 / total)
    return Proportion(count, total, share, (low, high), clipped((centre - half, centre + half)))


def mcnemar(n10: int, n01: int) -> McNemar:
    """McNemar's test of two paired proportions from the discordant pairs.

    Exact: twice the smaller binomial tail at ½, at most 1. Mid-p: exact minus the probability of the observed
    split (Fagerland et al. 2013). χ²: (|n10 - n01| - 1)²/(n10 + n01), the correction dropped when both are
    equal. Without a discordant pair nothing speaks against equality: all three are 1.
    """
    total, fewer = n10 + n01, min(n10, n01)
    if not total:
        return McNemar(0, 0, 1.0, 1.0, 1.0)
    exact = min(1.0, 2.0 * float(special.bdtr(fewer, total, 0.5)))
    log_observed = (
        special.gammaln(total + 1) - special.gammaln(fewer + 1) - special.gammaln(total - fewer + 1)
    )
    observed = math.exp(float(log_observed) - total * math.log(2.0))
    corrected = 0.0 if n10 == n01 else (abs(n10 - n01) - 1) ** 2 / total
    return McNemar(n10, n01, exact, exact - observed, chi2_upper(corrected, 1))


def two_proportions(count1: int, total1: int, count2: int, total2: int) -> TwoProportions:
    """Pearson's χ² for independent samples; two proportions that are both 0 or both 1 give p = 1."""
    first, second = (count1, total1), (count2, total2)
    if not total1 or not total2:
        return TwoProportions(first, second, math.nan, math.nan)
    pooled = (count1 + count2) / (total1 + total2)
    if pooled in (0.0, 1.0):
        return TwoProportions(first, second, 0.0, 1.0)
    gap = count1 / total1 - count2 / total2
    chi2 = gap**2 / (pooled * (1 - pooled) * (1 / total1 + 1 / total2))
    return TwoProportions(first, second, chi2, chi2_upper(chi2, 1))

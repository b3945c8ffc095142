"""Agreement of a group where kappa misleads or ratings are numbers: Gwet's AC1 and intraclass correlation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from app.analysis.distributions import t_quantile
from app.analysis.placements import Floats
from app.analysis.rounding import settled


@dataclass(frozen=True)
class ChanceCorrected:
    """A coefficient over `n` cases with its standard error and 95 % interval, cut at 1."""

    n: int
    estimate: float
    se: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class Intraclass:
    """Single ratings on the `n` cases that all rated: ICC(2,1) absolute agreement, ICC(3,1) consistency."""

    n: int
    agreement: float
    agreement_ci: tuple[float, float]
    consistency: float
    consistency_ci: tuple[float, float]


_NONE = math.nan, math.nan


def gwet_ac1(ratings: Floats) -> ChanceCorrected:
    """Gwet 2008: AC1 = (pa - pe) / (1 - pe), pe = Σ π(1 - π) / (q - 1), over cases with their own variance.

    `ratings`: float64 (raters, cases), NaN = not rated; every distinct rating is a category. It stays near
    the share of agreement where one category is rare, in which Cohen's and Fleiss' kappa fall towards 0.
    """
    return _chance_corrected(ratings, lambda share: (1.0 - share) / max(1, len(share) - 1))


def fleiss_kappa(ratings: Floats) -> ChanceCorrected:
    """Fleiss' kappa, pe = Σ π², with the error of Gwet 2021 (Educ Psychol Meas 81:781) and missing ratings.

    `ratings`: float64 (raters, cases), NaN = not rated. In R: irrCAC::fleiss.kappa.raw.
    """
    return _chance_corrected(ratings, lambda share: share)


def _chance_corrected(ratings: Floats, chance_of: Callable[[Floats], Floats]) -> ChanceCorrected:
    """(pa - pe) / (1 - pe) with pe = Σ π · `chance_of`(π), π the shares of the categories."""
    levels = np.unique(ratings[~np.isnan(ratings)])
    counts = np.array([(ratings == level).sum(axis=0) for level in levels], dtype=np.float64).T
    if len(levels) < 2:
        return ChanceCorrected(0, math.nan, math.nan, _NONE)
    counts = counts[counts.sum(axis=1) > 0]
    given, cases = counts.sum(axis=1), len(counts)
    several = given > 1
    n = int(several.sum())
    if n < 2:
        return ChanceCorrected(n, math.nan, math.nan, _NONE)
    share = (counts / given[:, None]).mean(axis=0)
    by_chance = chance_of(share)
    chance = float(share @ by_chance)
    same = np.zeros(cases)
    pairs = given[several] * (given[several] - 1.0)
    same[several] = np.sum(counts[several] * (counts[several] - 1.0), axis=1) / pairs
    estimate = (float(same[several].mean()) - chance) / (1.0 - chance)
    own = np.where(several, cases / n * (same - chance) / (1.0 - chance), 0.0)
    expected = (counts / given[:, None]) @ by_chance
    linear = own - 2.0 * (1.0 - estimate) * (expected - chance) / (1.0 - chance)
    se = math.sqrt(float(np.sum((linear - estimate) ** 2)) / (cases * (cases - 1)))
    half = t_quantile(0.975, cases - 1) * se
    return ChanceCorrected(n, estimate, se, (max(estimate - half, -1.0), min(estimate + half, 1.0)))


def intraclass(ratings: Floats) -> Intraclass:
    """Shrout & Fleiss 1979, with the intervals of McGraw & Wong 1996; readers and cases random.

    `ratings`: float64 (raters, cases), NaN = not rated.
    """
    complete = ratings[:, ~np.isnan(ratings).any(axis=0)].T
    n, k = complete.shape
    if n < 2 or k < 2:
        return Intraclass(n, math.nan, _NONE, math.nan, _NONE)
    grand = complete.mean()
    by_case, by_rater = complete.mean(axis=1), complete.mean(axis=0)
    ms_case = k * float(np.sum((by_case - grand) ** 2)) / (n - 1)
    ms_rater = n * float(np.sum((by_rater - grand) ** 2)) / (k - 1)
    residual = complete - by_case[:, None] - by_rater + grand
    ms_error = float(np.sum(residual**2)) / ((n - 1) * (k - 1))
    if not ms_case > 0:
        return Intraclass(n, math.nan, _NONE, math.nan, _NONE)
    if settled(ms_error, ms_case) == 0.0:  # they differ by as much on every case, or not at all
        return Intraclass(n, ms_case / (ms_case + k * ms_rater / n), _NONE, 1.0, _NONE)
    agreement = (ms_case - ms_error) / (ms_case + (k - 1) * ms_error + k * (ms_rater - ms_error) / n)
    df_error = (n - 1) * (k - 1)
    f = ms_case / ms_error
    low, high = f / _f_quantile(n - 1, df_error), f * _f_quantile(df_error, n - 1)
    consistency_ci = ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
    a = k * agreement / (n * (1 - agreement))
    b = 1 + k * agreement * (n - 1) / (n * (1 - agreement))
    df = (a * ms_rater + b * ms_error) ** 2 / ((a * ms_rater) ** 2 / (k - 1) + (b * ms_error) ** 2 / df_error)
    upper, lower = _f_quantile(n - 1, df), _f_quantile(df, n - 1)
    spread = k * ms_rater + (k * n - k - n) * ms_error
    agreement_ci = (
        n * (ms_case - upper * ms_error) / (upper * spread + n * ms_case),
        n * (lower * ms_case - ms_error) / (spread + n * lower * ms_case),
    )
    consistency = (ms_case - ms_error) / (ms_case + (k - 1) * ms_error)
    return Intraclass(n, agreement, agreement_ci, consistency, consistency_ci)


def _f_quantile(df1: float, df2: float) -> float:
    """The 97.5 % quantile of F."""
    return float(special.fdtri(df1, df2, 0.975))

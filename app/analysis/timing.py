"""Reading times: geometric means, the aided-to-unaided ratio, and what the order did to them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.analysis.components import Groups, components
from app.analysis.covariance import shared_covariance
from app.analysis.distributions import f_upper, interval, normal_two_sided, t_two_sided
from app.analysis.placements import Floats
from app.analysis.rounding import settled


class TimeSpan(StrEnum):
    """What a reading time measures."""

    ANSWER = "time to the answer"
    LOCKED = "time to the locked answer"
    WITH_AI = "time with the AI"
    """Of sequential reading, from the reveal of the AI."""
    FINAL = "time to the final answer"
    """From the first frame: the time to the locked answer and the time with the AI."""


@dataclass(frozen=True)
class TimeSummary:
    """Active seconds of one reader in one arm."""

    n: int
    median: float
    iqr: float
    quartiles: tuple[float, float]
    geometric_mean: float
    total_minutes: float


@dataclass(frozen=True)
class TimeRatio:
    """Ratio of geometric means, second condition over first, on the cases timed in both.

    `t` and `p_t`: paired t test of the log times. `wilcoxon_v` and `p_wilcoxon`: signed-rank test of the
    seconds as R computes it.
    """

    n: int
    estimate: float
    ci: tuple[float, float]
    t: float
    p_t: float
    wilcoxon_v: float
    p_wilcoxon: float


@dataclass(frozen=True)
class CrossedTimeRatio:
    """The ratio generalised to readers and cases: three-way random ANOVA on log seconds, Hillis' df."""

    n_cases: int
    estimate: float
    ci: tuple[float, float]
    f: float
    df2: float
    p: float


@dataclass(frozen=True)
class AdditiveTimeModel:
    """log(seconds) ~ arm + reader + case: the arm's coefficient, its standard error and residual df."""

    beta: float
    se: float
    df: float
    ratio: float
    ci: tuple[float, float]
    p: float


@dataclass(frozen=True)
class OrderEffect:
    """How seconds change along the reading list: ratio per ten cases from log(seconds) ~ position, one
    reader and arm.
    """

    n: int
    ratio_per_ten: float
    ci: tuple[float, float]
    p: float


def summarise_times(seconds: Floats) -> TimeSummary:
    """Summarise `seconds`, float64 (cases,), NaN = not timed; non-positive times are not times."""
    timed = seconds[seconds > 0]
    if not len(timed):
        return TimeSummary(0, math.nan, math.nan, (math.nan, math.nan), math.nan, 0.0)
    low, median, high = np.quantile(timed, [0.25, 0.5, 0.75]).tolist()
    return TimeSummary(
        len(timed),
        median,
        high - low,
        (low, high),
        float(np.exp(np.log(timed).mean())),
        float(timed.sum()) / 60.0,
    )


def time_ratio(first: Floats, second: Floats) -> TimeRatio:
    """Second over first; `first`, `second`: float64 (cases,) seconds, NaN = not timed."""
    both = (first > 0) & (second > 0)
    a, b = first[both], second[both]
    n = len(a)
    if n < 2:
        nan = math.nan
        return TimeRatio(n, nan, (nan, nan), nan, nan, nan, nan)
    change = np.log(b) - np.log(a)
    mean, se = float(change.mean()), _error(float(change.var(ddof=1)) / n)
    t = mean / se
    low, high = interval(mean, se, n - 1)
    v, p = signed_rank(b - a)
    return TimeRatio(n, math.exp(mean), (math.exp(low), math.exp(high)), t, t_two_sided(t, n - 1), v, p)


def _error(variance: float) -> float:
    """The standard error, NaN where nothing varies: then there is no interval and no test."""
    return math.sqrt(variance) if settled(variance) > 0 else math.nan


def signed_rank(difference: Floats) -> tuple[float, float]:
    """Wilcoxon's V and two-sided p of differences, float64 (n,), as R's `wilcox.test` computes them.

    Zeros are dropped. Below 50 pairs without ties or zeros p is exact, otherwise normal with corrections
    for ties and continuity.
    """
    kept = difference[difference != 0]
    n = len(kept)
    if not n:
        return 0.0, math.nan
    _, place, ties = np.unique(np.abs(kept), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2.0)[place]
    v = float(ranks[kept > 0].sum())
    if n < 50 and n == len(difference) and len(ties) == n:
        return v, _exact_signed_rank(n, round(v))
    spread = math.sqrt(n * (n + 1) * (2 * n + 1) / 24.0 - float(np.sum(ties**3 - ties)) / 48.0)
    distance = v - n * (n + 1) / 4.0
    z = (distance - math.copysign(0.5, distance) if distance else 0.0) / spread if spread > 0 else math.nan
    return v, normal_two_sided(z)


def _exact_signed_rank(n: int, v: int) -> float:
    """Two-sided p of V among the 2^n signs of the ranks 1..n, all equally likely; for n < 50."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] = ways[rank:] + ways[:-rank]  # signs with this rank beside those without it
    tail = ways[: v + 1].sum() if 4 * v <= n * (n + 1) else ways[v:].sum()
    return min(2.0 * float(tail) / 2.0**n, 1.0)


def crossed_time_ratio(
    first: Floats, second: Floats, groups: Groups | None = None
) -> CrossedTimeRatio | None:
    """Second over first; float64 (readers, cases) seconds. Uses the cases that every reader timed in both.

    Three-way ANOVA with fixed arm, random reader and case: F = MS(T) / (MS(TR) + max(MS(TC) - MS(TRC), 0)),
    the denominator's df after Hillis 2007. That is the Obuchowski-Rockette analysis of each reader's mean log
    ratio, MS(TC) - MS(TRC) being J/2 times the covariance of two of them, which extends it to the `groups` of
    a split plot, int (readers,), each with its own cases. None with fewer than two readers or two cases each.
    """
    group = np.zeros(len(first), np.intp) if groups is None else groups
    used = (first > 0) & (second > 0)
    for one in np.unique(group):
        used[group == one] = used[group == one].all(axis=0)
    readers, cases = len(first), int(used.any(axis=0).sum())
    if readers < 2 or int(used.sum(axis=1).min()) < 2:
        return None
    change = np.log(np.where(used, second, np.nan)) - np.log(np.where(used, first, np.nan))
    theta = np.nanmean(change, axis=1)
    found = components(theta[None], shared_covariance(change)[None, :, None, :], group)
    own = found.per_arm[0]
    variance = (own.ms_reader + found.together * max(own.cov2, 0.0)) / readers
    ratio = math.exp(own.estimate)
    if not variance > 0:
        nan = math.nan
        return CrossedTimeRatio(cases, ratio, (nan, nan), nan, nan, nan)
    share = own.ms_reader / readers
    df2 = variance**2 / (share**2 / found.reader_df) if share > 0 else math.inf
    f = own.estimate**2 / variance
    low, high = interval(own.estimate, math.sqrt(variance), df2)
    return CrossedTimeRatio(cases, ratio, (math.exp(low), math.exp(high)), f, df2, f_upper(f, 1, df2))


def additive_time_model(first: Floats, second: Floats) -> AdditiveTimeModel | None:
    """The arm effect of log(seconds) ~ arm + reader + case on the complete cases, second minus first.

    For balanced data this equals the linear mixed model with random intercepts of reader and case:
    se = √(2·MSE/(J·K)), df = 2JK - 1 - J - K + 1 - 1. `first`, `second`: float64 (readers, cases) seconds.
    """
    complete = ((first > 0) & (second > 0)).all(axis=0)
    readers, cases = len(first), int(complete.sum())
    df = 2 * readers * cases - readers - cases
    if cases < 2 or df < 1:
        return None
    log = np.log(np.stack([first[:, complete], second[:, complete]]))
    grand = log.mean()
    arm, reader, case = log.mean((1, 2)) - grand, log.mean((0, 2)) - grand, log.mean((0, 1)) - grand
    residual = log - grand - arm[:, None, None] - reader[None, :, None] - case[None, None, :]
    beta = float(arm[1] - arm[0])
    se = _error(2.0 * float(np.sum(residual**2)) / df / (readers * cases))
    low, high = interval(beta, se, df)
    p = t_two_sided(beta / se, df)
    return AdditiveTimeModel(beta, se, float(df), math.exp(beta), (math.exp(low), math.exp(high)), p)


def order_effect(seconds: Floats, position: Floats) -> OrderEffect | None:
    """Least squares of log(seconds) on position; float64 (cases,) each, NaN = unknown. None below three
    reads.
    """
    known = (seconds > 0) & ~np.isnan(position)
    x, y = position[known], np.log(seconds[known])
    n = len(x)
    spread = float(np.sum((x - x.mean()) ** 2)) if n > 2 else 0.0
    if spread == 0.0:
        return None
    slope = float(np.sum((x - x.mean()) * y)) / spread
    residual = y - y.mean() - slope * (x - x.mean())
    se = _error(float(np.sum(residual**2)) / (n - 2) / spread)
    low, high = interval(10 * slope, 10 * se, n - 2)
    p = t_two_sided(slope / se, n - 2)
    return OrderEffect(n, math.exp(10 * slope), (math.exp(low), math.exp(high)), p)

"""Tail probabilities and quantiles, straight from `scipy.special` (importing `scipy.stats` costs 0.5 s)."""

from __future__ import annotations

import math

from scipy import special


def normal_quantile(probability: float) -> float:
    """The standard normal quantile."""
    return float(special.ndtri(probability))


def normal_two_sided(z: float) -> float:
    """P(|Z| ≥ |z|) for a standard normal Z; NaN stays NaN."""
    return float(2.0 * special.ndtr(-abs(z)))


def t_quantile(probability: float, df: float) -> float:
    """Student's t quantile; an infinite or NaN `df` gives the normal one (or NaN)."""
    if math.isinf(df):
        return normal_quantile(probability)
    return float(special.stdtrit(df, probability)) if df > 0 else math.nan


def t_two_sided(t: float, df: float) -> float:
    """P(|T| ≥ |t|) for Student's t with `df` degrees of freedom."""
    if math.isinf(df):
        return normal_two_sided(t)
    return float(2.0 * special.stdtr(df, -abs(t))) if df > 0 else math.nan


def t_upper(t: float, df: float) -> float:
    """P(T ≥ t) for Student's t with `df` degrees of freedom."""
    if math.isinf(df):
        return float(special.ndtr(-t))
    return float(special.stdtr(df, -t)) if df > 0 else math.nan


def f_upper(f: float, df1: float, df2: float) -> float:
    """P(F ≥ f) for the F distribution; an infinite `df2` gives χ²/df1."""
    if math.isinf(df2):
        return chi2_upper(f * df1, df1)
    return float(special.fdtrc(df1, df2, f)) if df1 > 0 and df2 > 0 else math.nan


def chi2_upper(chi2: float, df: float) -> float:
    """P(X ≥ chi2) for the χ² distribution."""
    return float(special.chdtrc(df, chi2)) if df > 0 else math.nan


def interval(estimate: float, standard_error: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """`estimate ± t · standard_error` at `level`, with Student's t of `df` degrees of freedom."""
    half = t_quantile(0.5 + level / 2.0, df) * standard_error
    return estimate - half, estimate + half


def clipped(limits: tuple[float, float], low: float = 0.0, high: float = 1.0) -> tuple[float, float]:
    """The limits, cut to the range that the quantity can have; NaN stays NaN."""
    first, last = limits
    return (
        first if math.isnan(first) else min(max(first, low), high),
        last if math.isnan(last) else min(max(last, low), high),
    )

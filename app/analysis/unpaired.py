"""Two arms without a common reader: readers nested in arms, or one algorithm against several readers.

Var(difference) = Σ MSR(i)/J(i) + max(Cov2(a) + Cov2(b) - 2·Cov3, 0), with Satterthwaite degrees of freedom
(Obuchowski, Gallas & Hillis 2012). A side with one reader is a constant like an algorithm: it brings no
reader variance, and its Cov2 is its own variance; this is then the test of Hillis 2007 §5.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.distributions import interval, t_two_sided, t_upper
from app.analysis.placements import Floats
from app.analysis.rounding import settled


@dataclass(frozen=True)
class UnpairedDifference:
    """Mean of the first side minus mean of the second; without variance there is no test and `p` is NaN."""

    estimate: float
    se: float
    t: float
    df: float
    p: float
    ci: tuple[float, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NonInferiority:
    """One-sided test that the algorithm is not worse than the readers by more than `margin`."""

    margin: float
    t: float
    p: float


def unpaired(first: Floats, second: Floats, covariance: Floats) -> UnpairedDifference:
    """Compare two groups of readers, readers and cases random.

    `first`, `second`: float64 (J1,), (J2,). `covariance`: float64 (J1 + J2, J1 + J2) in the same order.
    """
    split = len(first)
    own = [(first, covariance[:split, :split]), (second, covariance[split:, split:])]
    spread = [(_mean_square(theta) / len(theta), len(theta) - 1) for theta, _ in own]
    terms = [*(_cov2(block) for _, block in own), -2.0 * float(covariance[:split, split:].mean())]
    shared_raw = settled(sum(terms), *terms)
    between = sum(part for part, _ in spread)
    variance = settled(between + max(shared_raw, 0.0))
    estimate = float(first.mean() - second.mean())
    notes = []
    if shared_raw < 0:
        notes.append(
            f"The case variance of the difference is negative ({shared_raw:.3g}) and was set to zero."
        )
    if not variance > 0:
        nan = math.nan
        notes.append(
            "The case variance cannot be estimated from one case of a class: no interval and no p-value."
            if math.isnan(variance)
            else "Every reader differs by the same amount: no variance is left for an interval or a test, "
            "hence no p-value."
        )
        return UnpairedDifference(estimate, nan, nan, nan, nan, (nan, nan), tuple(notes))
    uncertainty = sum(part**2 / df for part, df in spread if df > 0)
    df = variance**2 / uncertainty if uncertainty > 0 else math.inf
    se = math.sqrt(variance)
    t = estimate / se
    return UnpairedDifference(
        estimate, se, t, df, t_two_sided(t, df), interval(estimate, se, df), tuple(notes)
    )


def non_inferiority(difference: UnpairedDifference, margin: float) -> NonInferiority:
    """t = (effect + margin)/SE, one-sided (Chen et al. 2012)."""
    if not difference.se > 0:
        return NonInferiority(margin, math.nan, math.nan)
    t = (difference.estimate + margin) / difference.se
    return NonInferiority(margin, t, t_upper(t, difference.df))


def _mean_square(theta: Floats) -> float:
    return settled(float(np.var(theta, ddof=1))) if len(theta) > 1 else 0.0


def _cov2(block: Floats) -> float:
    readers = len(block)
    if readers == 1:
        return float(block[0, 0])
    return float((block.sum() - np.trace(block)) / (readers * (readers - 1)))

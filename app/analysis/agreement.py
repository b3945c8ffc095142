"""How far raters agree beyond chance: Cohen's kappa, plain and weighted, Fleiss' kappa, Krippendorff's
alpha.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.distributions import clipped, interval, normal_two_sided
from app.analysis.placements import Floats
from app.analysis.rounding import settled

Counts = NDArray[np.intp]
Codes = NDArray[np.intp]
_NONE = math.nan, math.nan


@dataclass(frozen=True)
class PairAgreement:
    """Two raters on the `n` cases both rated; kappa without weights, with linear and with quadratic
    weights.
    """

    n: int
    unweighted: float
    linear: float
    quadratic: float
    unweighted_ci: tuple[float, float] = _NONE
    linear_ci: tuple[float, float] = _NONE
    quadratic_ci: tuple[float, float] = _NONE


@dataclass(frozen=True)
class GroupAgreement:
    """All raters together: Fleiss' kappa on the cases that all rated, Krippendorff's alpha on every pair of
    ratings.

    The `_irr` alphas are what R's irr 0.84.1 prints: without missing ratings it takes the number of pairs
    where Krippendorff's formula has the number of ratings. They are kept for comparison; cite the others.
    """

    n: int
    raters: int
    fleiss: float
    z: float
    p: float
    krippendorff_nominal: float
    krippendorff_ordinal: float
    krippendorff_nominal_irr: float
    krippendorff_ordinal_irr: float


def pair_agreement(first: Floats, second: Floats) -> PairAgreement:
    """Agreement of two raters; `first`, `second`: float64 (cases,), NaN = not rated."""
    levels, codes = coded(np.stack([first, second]))
    return coded_agreement(levels, codes[0], codes[1])


def coded(ratings: Floats) -> tuple[Floats, Codes]:
    """The distinct ratings in order, and the place of each rating among them.

    `ratings`: float64 of any shape, NaN = not rated. Returns float64 (levels,) and int of the shape of
    `ratings`, -1 = not rated.
    """
    levels, codes = np.unique(ratings, return_inverse=True)
    rated = levels[~np.isnan(levels)]
    codes = codes.reshape(ratings.shape)
    return rated, np.where(codes < len(rated), codes, -1)


def coded_agreement(levels: Floats, first: Codes, second: Codes) -> PairAgreement:
    """Cohen 1960 and 1968: kappa = 1 - observed / expected disagreement, disagreement by value, not by rank.

    `levels`: float64 (levels,). `first`, `second`: int (cases,) as `coded` gives them. Two raters who both
    always say the same one thing have no kappa (NaN). Intervals are those of Fleiss, Cohen & Everitt 1969
    (Psychol Bull 72:323), cut to [-1, 1]: R's psych::cohen.kappa.
    """
    both = (first >= 0) & (second >= 0)
    a, b = first[both], second[both]
    if not len(a):
        return PairAgreement(0, math.nan, math.nan, math.nan)
    p = np.bincount(a, minlength=len(levels)) / len(a)
    q = np.bincount(b, minlength=len(levels)) / len(b)
    gap = np.abs(levels[:, None] - levels[None, :])
    kappas = [_kappa(one, a, b, p, q) for one in ((gap > 0).astype(np.float64), gap, gap**2)]
    (plain, plain_ci), (linear, linear_ci), (quadratic, quadratic_ci) = kappas
    return PairAgreement(len(a), plain, linear, quadratic, plain_ci, linear_ci, quadratic_ci)


def _kappa(apart: Floats, a: Codes, b: Codes, p: Floats, q: Floats) -> tuple[float, tuple[float, float]]:
    """Kappa with its interval; `apart`: the disagreement of two levels, float64 (levels, levels)."""
    observed, expected = float(apart[a, b].mean()), float(p @ apart @ q)
    if not expected > 0:
        return math.nan, _NONE
    ratio = observed / expected  # 1 - kappa
    against = apart @ q, p @ apart  # the mean disagreement of each level with the other rater
    pull = apart[a, b] - ratio * (against[0][a] + against[1][b])
    variance = (float(np.mean(pull**2)) - (observed - 2.0 * ratio * expected) ** 2) / len(a) / expected**2
    if len(a) < 2 or not settled(variance, 1.0 / len(a)) > 0:
        return 1.0 - ratio, _NONE
    return 1.0 - ratio, clipped(interval(1.0 - ratio, math.sqrt(variance), math.inf), -1.0, 1.0)


def group_agreement(ratings: Floats) -> GroupAgreement:
    """Fleiss 1971 with the standard error of Fleiss, Nee & Landis 1979; Krippendorff 2011.

    `ratings`: float64 (raters, cases), NaN = not rated.
    """
    raters = len(ratings)
    levels = np.unique(ratings[~np.isnan(ratings)])
    table = np.stack([np.sum(ratings == level, axis=0) for level in levels], axis=1) if len(levels) else None
    if table is None:
        return GroupAgreement(0, raters, *([math.nan] * 7))
    complete = table[table.sum(axis=1) == raters].astype(np.float64)
    fleiss, z = _fleiss(complete, raters)
    whole = len(complete) == len(table)
    nominal, ordinal = _alphas(table, whole, _nominal_distance), _alphas(table, whole, _ordinal_distance)
    return GroupAgreement(
        n=len(complete),
        raters=raters,
        fleiss=fleiss,
        z=z,
        p=normal_two_sided(z),
        krippendorff_nominal=nominal[0],
        krippendorff_ordinal=ordinal[0],
        krippendorff_nominal_irr=nominal[1],
        krippendorff_ordinal_irr=ordinal[1],
    )


def _fleiss(table: Floats, raters: int) -> tuple[float, float]:
    cases = len(table)
    if not cases or raters < 2:
        return math.nan, math.nan
    share = table.sum(axis=0) / (cases * raters)
    agreement = (float(np.sum(table**2)) - cases * raters) / (cases * raters * (raters - 1))
    chance = float(share @ share)
    spread = float(np.sum(share * (1 - share)))
    if spread == 0.0:
        return math.nan, math.nan
    kappa = (agreement - chance) / (1 - chance)
    variance = (
        2.0
        / (spread**2 * cases * raters * (raters - 1))
        * (spread**2 - float(np.sum(share * (1 - share) * (1 - 2 * share))))
    )
    return kappa, kappa / math.sqrt(variance) if variance > 0 else math.nan


def _alphas(table: Counts, complete: bool, distance: Callable[[Floats], Floats]) -> tuple[float, float]:
    """Krippendorff's alpha, and the variant of irr, from the ratings per case, (cases, levels)."""
    counts = table[table.sum(axis=1) > 1].astype(np.float64)
    if not len(counts):
        return math.nan, math.nan
    shares = counts / (counts.sum(axis=1) - 1)[:, None]
    coincidence = shares.T @ counts - np.diag(shares.sum(axis=0))
    margin = coincidence.sum(axis=1)
    gap, total = distance(margin), float(margin.sum())
    observed, expected = float(np.sum(coincidence * gap)) / total, float(margin @ gap @ margin) / total**2
    if not expected > 0:
        return math.nan, math.nan
    pairs = float(np.sum(counts.sum(axis=1) * (counts.sum(axis=1) - 1))) if complete else total
    alpha, variant = (1.0 - observed / expected * (n - 1) / n for n in (total, pairs))
    return alpha, variant


def _nominal_distance(margin: Floats) -> Floats:
    return 1.0 - np.eye(len(margin))


def _ordinal_distance(margin: Floats) -> Floats:
    """Squared number of ratings between two levels, the ends counting half."""
    middle = margin.cumsum() - margin / 2.0
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)

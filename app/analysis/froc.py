"""Free-response figures of merit (Chakraborty): marks with ratings against lesions with weights.

An unmarked case or lesion is rated -inf, and ψ(-inf, -inf) = ½. The jackknife is closed: dropping a case
takes its row (its lesions) and its column (its false marks) out of one double sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.analysis.placements import Bools, Floats, placements


class Merit(StrEnum):
    """Figures of merit; the "1" variants take false marks on all cases, the others on normal cases only."""

    WAFROC = "wAFROC"
    AFROC = "AFROC"
    WAFROC1 = "wAFROC1"
    AFROC1 = "AFROC1"
    HR_AUC = "HrAUC"


@dataclass(frozen=True, eq=False)
class Lesions:
    """The truth of a free-response study: `case` int (lesions,) points into the cases, weights sum to 1 per
    case.
    """

    truth: Bools
    case: NDArray[np.intp]
    weight: Floats


@dataclass(frozen=True, eq=False)
class MarkedReads:
    """The marks of one reader in one arm.

    `false_ratings`: float64 (false marks,) with the case of each in `false_cases`; `lesion_ratings`: float64
    (lesions,), the highest mark on each lesion, -inf unmarked.
    """

    false_ratings: Floats
    false_cases: NDArray[np.intp]
    lesion_ratings: Floats

    def highest_false(self, cases: int) -> Floats:
        """The highest false mark of each case, float64 (cases,), -inf where there is none."""
        highest = np.full(cases, -np.inf)
        np.maximum.at(highest, self.false_cases, self.false_ratings)
        return highest


@dataclass(frozen=True, eq=False)
class FrocCurve:
    """False marks per image (over all cases) against the share of lesions found, float64 (points,) each."""

    false_marks_per_image: Floats
    lesion_fraction: Floats


@dataclass(frozen=True, eq=False)
class MeritValue:
    """A figure of merit and its value with each case dropped, float64 (cases,)."""

    value: float
    dropped: Floats


def merit(reads: MarkedReads, lesions: Lesions, which: Merit) -> MeritValue:
    """The figure of merit of one reader in one arm with its delete-one values."""
    if which is Merit.HR_AUC:
        return _highest_rating_auc(reads, lesions)
    everyone = which in (Merit.AFROC1, Merit.WAFROC1)
    weight = lesions.weight if which in (Merit.WAFROC, Merit.WAFROC1) else np.ones(len(lesions.weight))
    cases = len(lesions.truth)
    takes_false = np.ones(cases, dtype=bool) if everyone else ~lesions.truth
    highest = reads.highest_false(cases)
    false, rated = highest[takes_false], reads.lesion_ratings
    below = _share(false, rated)
    rows = np.bincount(lesions.case, weight * below, minlength=cases)
    columns = np.zeros(cases)
    columns[takes_false] = _weighted_above(false, rated, weight)
    own = np.zeros(cases)
    if everyone:
        mine = highest[lesions.case]
        np.add.at(own, lesions.case, weight * ((rated > mine) + 0.5 * (rated == mine)))
    per_case = np.bincount(lesions.case, weight, minlength=cases)
    total, images, mass = float(rows.sum()), float(takes_false.sum()), float(weight.sum())
    left = (images - takes_false) * (mass - per_case)
    with np.errstate(invalid="ignore", divide="ignore"):
        dropped = (total - rows - columns + own) / left
    return MeritValue(total / (images * mass) if images * mass else float("nan"), dropped)


def _share(false: Floats, rated: Floats) -> Floats:
    """Σ over false of ψ(false, rated) for each lesion, float64 (lesions,)."""
    ranked = np.sort(false)
    return np.asarray((ranked.searchsorted(rated) + ranked.searchsorted(rated, "right")) / 2.0)


def _weighted_above(false: Floats, rated: Floats, weight: Floats) -> Floats:
    """Σ over lesions of weight·ψ(false, rated) for each false mark, float64 (false,)."""
    order = np.argsort(rated, kind="stable")
    ranked = rated[order]
    running = np.concatenate([[0.0], np.cumsum(weight[order])])
    above = running[-1] - running[ranked.searchsorted(false, "right")]
    at_least = running[-1] - running[ranked.searchsorted(false)]
    return np.asarray((above + at_least) / 2.0)


def _highest_rating_auc(reads: MarkedReads, lesions: Lesions) -> MeritValue:
    score = reads.highest_false(len(lesions.truth))
    np.maximum.at(score, lesions.case, reads.lesion_ratings)
    found = placements(score[None, :], lesions.truth)
    value, m, n = float(found.auc[0]), float(lesions.truth.sum()), float((~lesions.truth).sum())
    dropped = np.empty(len(score))
    with np.errstate(invalid="ignore", divide="ignore"):
        dropped[lesions.truth] = (m * value - found.positive[0]) / (m - 1)
        dropped[~lesions.truth] = (n * value - found.negative[0]) / (n - 1)
    return MeritValue(value, dropped)


def jackknife_covariance(dropped: Floats) -> Floats:
    """(N-1)/N · Σ (d - d̄)(d - d̄)ᵀ; `dropped`: float64 (raters, cases)."""
    centred = dropped - dropped.mean(axis=1, keepdims=True)
    cases = dropped.shape[1]
    return np.asarray((cases - 1) / cases * (centred @ centred.T))


def froc_curve(reads: MarkedReads, lesions: Lesions) -> FrocCurve:
    """One point per distinct rating, from the strictest threshold down."""
    rated = reads.lesion_ratings[np.isfinite(reads.lesion_ratings)]
    levels = np.unique(np.concatenate([reads.false_ratings, rated]))[::-1]
    false = np.sort(reads.false_ratings)
    found = np.sort(rated)
    false_at = len(false) - false.searchsorted(levels)
    found_at = len(found) - found.searchsorted(levels)
    return FrocCurve(
        np.concatenate([[0.0], false_at / len(lesions.truth)]),
        np.concatenate([[0.0], found_at / max(1, len(lesions.weight))]),
    )

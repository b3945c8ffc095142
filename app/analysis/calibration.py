"""Whether a rating means what it says: observed disease against stated probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.analysis.distributions import interval
from app.analysis.logistic import logistic
from app.analysis.placements import Bools, Floats
from app.analysis.proportions import Proportion, proportion

_NONE = math.nan, math.nan
EDGE = 0.005
"""Certain ratings, 0 and 1, have no logit: they count as this far from certainty."""


@dataclass(frozen=True)
class CalibrationBin:
    """The cases rated within one bin: mean stated rating and the share that is diseased."""

    mean_rating: float
    observed: Proportion


@dataclass(frozen=True)
class Calibration:
    """Bins from low to high, and on scales that are probabilities (NaN on others) numbers of Cox 1958.

    `brier` is the mean squared error. `slope` is that of a logistic regression of the truth on the logit of
    the rating: 1 is right, below 1 ratings are too extreme. `intercept` is that with a slope of 1
    (calibration in the large): 0 is right, below 0 ratings are too high.
    """

    bins: tuple[CalibrationBin, ...]
    brier: float
    slope: float = math.nan
    slope_ci: tuple[float, float] = _NONE
    intercept: float = math.nan
    intercept_ci: tuple[float, float] = _NONE


def calibration(ratings: Floats, truth: Bools, top: float | None, bins: int = 10) -> Calibration:
    """Calibrate one rater; `ratings`: float64 (cases,), NaN = not read.

    `top`: the rating that means certainty (100 or 1), or None for an ordinal scale, whose levels are the
    bins.
    """
    seen = ~np.isnan(ratings)
    rating, diseased = ratings[seen], truth[seen]
    levels = np.unique(rating)
    if top is None and len(levels) <= 2 * bins:
        place = levels.searchsorted(rating)
    elif top is None:
        place = np.argsort(np.argsort(rating, kind="stable"), kind="stable") * bins // max(1, len(rating))
    else:
        place = np.minimum((rating / top * bins).astype(np.intp), bins - 1)
    found = tuple(
        CalibrationBin(
            float(rating[place == one].mean()),
            proportion(int(diseased[place == one].sum()), int((place == one).sum())),
        )
        for one in np.unique(place)
    )
    brier = float(np.mean((rating / top - diseased) ** 2)) if top and len(rating) else float("nan")
    if not top or not len(rating):
        return Calibration(found, brier)
    sure = np.clip(rating / top, EDGE, 1.0 - EDGE)
    logit, y = np.log(sure / (1.0 - sure)), diseased.astype(np.float64)
    ones = np.ones((len(y), 1))
    slope = _coefficient(logistic(np.column_stack([ones, logit]), y), 1)
    return Calibration(found, brier, *slope, *_coefficient(logistic(ones, y, logit), 0))


def _coefficient(fitted: tuple[Floats, Floats] | None, place: int) -> tuple[float, tuple[float, float]]:
    """One coefficient with its 95 % interval; NaN where the regression has no maximum."""
    if fitted is None:
        return math.nan, _NONE
    value, error = float(fitted[0][place]), math.sqrt(float(fitted[1][place, place]))
    return value, interval(value, error, math.inf)

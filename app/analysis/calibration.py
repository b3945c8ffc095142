"""Whether a rating means what it says: observed disease against stated probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.placements import Bools, Floats
from app.analysis.proportions import Proportion, proportion


@dataclass(frozen=True)
class CalibrationBin:
    """The cases rated within one bin: mean stated rating and the share that is diseased."""

    mean_rating: float
    observed: Proportion


@dataclass(frozen=True)
class Calibration:
    """Bins from low to high; `brier` is the mean squared error, NaN on scales that are not probabilities."""

    bins: tuple[CalibrationBin, ...]
    brier: float


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
    return Calibration(found, brier)

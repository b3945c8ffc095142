"""A made study of known calls and ratings, whose tables can be counted by hand."""

from __future__ import annotations

import numpy as np

from app.analysis.options import AnalysisOptions
from app.analysis.placements import Floats
from app.analysis.readings import Predictions, Readings, RepeatedRead
from app.analysis.study import Analysis, analyse_study

CASES = 40
TRUTH = np.arange(CASES) % 2 == 0
QUICK = AnalysisOptions(seed=3, bootstrap=20)


def ratings(arms: int = 2, readers: int = 3) -> Floats:
    """Ratings 0-100, float64 (arms, readers, cases), better in each further arm."""
    rng = np.random.default_rng(5)
    better = 1.0 + 0.6 * np.arange(arms)[:, None, None]
    raw = rng.normal(size=(arms, readers, CASES)) + better * TRUTH
    return np.clip(np.rint(50 + 20 * raw), 0, 100)


def made(rating: Floats, *, called: bool = True, repeats: tuple[RepeatedRead, ...] = ()) -> Readings:
    """The readings of these ratings; a call is a rating above 50 where somebody called."""
    arms, readers, _ = rating.shape
    names = ("unaided", "aided")[:arms]
    nothing = np.full(rating.shape, np.nan)
    call = np.where(np.isnan(rating), np.nan, rating > 50) if called else nothing
    who = tuple(f"R{reader + 1}" for reader in range(readers))
    what = tuple(f"C{case:02d}" for case in range(CASES))
    scale = "0-100"
    return Readings(
        "made.csv", names, who, what, TRUTH, rating, call, nothing, nothing, scale=scale, repeats=repeats
    )


def analysed(
    readings: Readings | None = None, options: AnalysisOptions = QUICK, net: bool = True
) -> Analysis:
    """The analysis of the made study, with an algorithm that knows the truth a little."""
    score = np.random.default_rng(7).normal(size=(1, CASES)) + 1.5 * TRUTH
    predictions = Predictions(("net",), score, (score > 0.5).astype(float)) if net else None
    return analyse_study(readings or made(ratings()), predictions, options)

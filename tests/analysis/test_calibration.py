"""Calibration slope and intercept: numbers of statsmodels, and raters whose fault is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.analysis.calibration import calibration
from app.analysis.readings import Readings


def test_the_numbers_of_statsmodels(readings: Callable[[str], Readings]) -> None:
    """GLM(truth, [1, logit], Binomial) and GLM(truth, [1], Binomial, offset=logit) of statsmodels 0.15.0,
    reader R1 unaided, confidence clipped to 0.5 to 99.5.
    """
    study = readings("confidence")
    found = calibration(study.rating[0, 0], study.truth, 100.0)
    assert found.slope == pytest.approx(0.6742543230030843, rel=1e-8)
    assert found.intercept == pytest.approx(-0.2140504931216799, rel=1e-8)
    errors = [(high - low) / 2 / 1.959963984540054 for low, high in (found.slope_ci, found.intercept_ci)]
    assert errors == pytest.approx([0.18716852295097858, 0.19715720940355402], rel=1e-6)


def test_a_rater_who_exaggerates_and_one_who_is_right() -> None:
    rng = np.random.default_rng(3)
    logit = rng.normal(0, 1.0, 20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-logit))
    right, extreme = (calibration(1 / (1 + np.exp(-factor * logit)), truth, 1.0) for factor in (1.0, 2.0))
    assert right.slope == pytest.approx(1.0, abs=0.06)
    assert right.intercept == pytest.approx(0.0, abs=0.06)
    assert extreme.slope == pytest.approx(0.5, abs=0.03)
    high = calibration(1 / (1 + np.exp(-(logit + 1.0))), truth, 1.0)
    assert high.intercept == pytest.approx(-1.0, abs=0.06)


def test_the_interval_of_the_slope_covers_the_truth() -> None:
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(600):
        logit = rng.normal(0, 1.5, 200)
        truth = rng.random(200) < 1 / (1 + np.exp(-0.7 * logit))
        low, high = calibration(1 / (1 + np.exp(-logit)), truth, 1.0).slope_ci
        covered.append(low <= 0.7 <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


def test_scales_without_probabilities_and_perfect_raters_have_no_slope() -> None:
    truth = np.arange(40) % 2 == 0
    assert np.isnan(calibration(np.arange(40) % 5 + 1.0, truth, None).slope)
    perfect = calibration(np.where(truth, 90.0, 10.0), truth, 100.0)
    assert np.isnan(perfect.slope)
    assert perfect.slope_ci == pytest.approx((np.nan, np.nan), nan_ok=True)

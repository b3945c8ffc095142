"""Odds of right calls by estimating equations: numbers of statsmodels, type I error, and what has no odds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.analysis.gee import arm_odds
from app.analysis.readings import Readings
from app.analysis.sections.calls import call_odds

STATSMODELS = {
    "accuracy": (0.2660772805278334, 0.0994131223821196, 0.007439990172131438),
    "sensitivity": (0.594098668925148, 0.12386550895546436, 1.6160670989267935e-06),
    "specificity": (-0.10718760394410365, 0.17911128546708155, 0.5495454653608812),
}
"""Coefficient of the arm, its robust standard error and p, from statsmodels 0.15.0: sm.GEE(right, [1, aided,
R2 ... R5], groups=case, family=Binomial(), cov_struct=Independence()) on the study of 134 cases."""


def test_the_numbers_of_statsmodels(readings: Callable[[str], Readings]) -> None:
    found = call_odds(readings("rating"))
    assert [row.measure for row in found] == ["accuracy", "sensitivity", "specificity"]
    for row in found:
        beta, se, p = STATSMODELS[row.measure]
        assert (row.first, row.second) == ("aided", "unaided")
        assert row.odds.beta == pytest.approx(beta, rel=1e-8)
        assert row.odds.se == pytest.approx(se, rel=1e-8)
        assert row.odds.p == pytest.approx(p, rel=1e-6)
        assert row.odds.odds_ratio == pytest.approx(np.exp(beta))


def test_type_one_error_with_cases_of_different_difficulty() -> None:
    rng = np.random.default_rng(12)
    rejected = []
    for _ in range(500):
        hard = rng.normal(0.8, 1.0, (1, 1, 100)) + rng.normal(0, 0.5, (1, 4, 1))
        right = (rng.random((2, 4, 100)) < 1 / (1 + np.exp(-hard))).astype(np.float64)
        (found,) = arm_odds(right)
        rejected.append(found.p < 0.05)
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.025)


def test_readers_who_never_err_are_left_out_and_an_arm_that_never_errs_has_no_odds() -> None:
    rng = np.random.default_rng(13)
    right = (rng.random((2, 3, 60)) < 0.7).astype(np.float64)
    right[:, 1] = 1.0
    (found,) = arm_odds(right)
    (without,) = arm_odds(np.delete(right, 1, axis=1))
    assert (found.readers, found.beta) == (2, pytest.approx(without.beta))
    right[1] = 1.0
    assert arm_odds(right) == ()


def test_missing_calls_are_left_out_and_nothing_else() -> None:
    rng = np.random.default_rng(14)
    right = (rng.random((2, 3, 50)) < 0.7).astype(np.float64)
    right[0, 0, :5] = np.nan
    (found,) = arm_odds(right)
    assert (found.reads, found.cases) == (295, 50)


def test_readers_whose_changes_cancel_on_every_case_leave_no_error_to_test_with() -> None:
    right = np.zeros((2, 2, 40))
    right[0, 0, ::2] = right[1, 1, ::2] = 1.0
    (found,) = arm_odds(right)
    assert found.beta == pytest.approx(0.0, abs=1e-12)
    assert np.isnan([found.se, found.p, *found.ci]).all()

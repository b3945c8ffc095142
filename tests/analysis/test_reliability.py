"""Gwet's AC1 and the intraclass correlation against published examples and their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.reliability import gwet_ac1, intraclass

NAN = float("nan")
FOUR_RATERS = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, NAN],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
], dtype=np.float64)  # fmt: skip
"""Twelve units and four raters, the example of Gwet's Handbook of Inter-Rater Reliability and of irrCAC."""
JUDGES = np.array([
    [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7],
], dtype=np.float64).T  # fmt: skip
"""Six targets and four judges of Shrout & Fleiss 1979."""


def test_ac1_is_that_of_the_handbook() -> None:
    found = gwet_ac1(FOUR_RATERS)
    assert found.n == 11
    assert found.estimate == pytest.approx(0.77544, abs=5e-6)
    assert found.se == pytest.approx(0.14295, abs=5e-6)
    assert found.ci == (pytest.approx(0.461, abs=5e-4), 1.0)


def test_ac1_does_not_fall_where_one_answer_is_rare_as_kappa_does() -> None:
    one = np.zeros(100)
    two = one.copy()
    one[:5], two[4:9] = 1.0, 1.0
    found = gwet_ac1(np.stack([one, two]))
    assert found.estimate > 0.88
    same = gwet_ac1(np.zeros((2, 20)))
    assert np.isnan(same.estimate), "one answer alone has no chance agreement to correct for"


def test_intraclass_correlations_are_those_of_shrout_and_fleiss() -> None:
    found = intraclass(JUDGES)
    assert found.n == 6
    assert found.agreement == pytest.approx(0.2898, abs=5e-5)
    assert found.consistency == pytest.approx(0.7148, abs=5e-5)
    assert found.agreement_ci == (pytest.approx(0.019, abs=5e-4), pytest.approx(0.761, abs=5e-4))
    assert found.consistency_ci == (pytest.approx(0.342, abs=5e-4), pytest.approx(0.946, abs=5e-4))


def test_a_reader_who_rates_higher_costs_agreement_and_not_consistency() -> None:
    rng = np.random.default_rng(1)
    cases = rng.normal(0, 1, 6000)
    ratings = np.stack([cases + rng.normal(0, 0.5, 6000) + offset for offset in (0.0, 1.0, 2.0)])
    found = intraclass(ratings)
    assert found.consistency == pytest.approx(1 / 1.25, abs=0.04)
    assert found.agreement == pytest.approx(1 / (1.25 + 1.0), abs=0.04)
    some = ratings.copy()
    some[0, :10] = np.nan
    assert intraclass(some).n == 5990


def test_the_interval_of_the_consistency_covers_the_truth() -> None:
    rng = np.random.default_rng(2)
    covered = []
    for _ in range(600):
        ratings = rng.normal(0, 1, (1, 30)) + rng.normal(0, 0.5, (4, 30)) + rng.normal(0, 1, (4, 1))
        low, high = intraclass(ratings).consistency_ci
        covered.append(low <= 0.8 <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("shift", [0.0, 0.1, 10.0])
def test_readers_who_differ_by_nothing_or_by_a_shift_alone_are_wholly_consistent(shift: float) -> None:
    """What is left of the error is rounding, of which neither a quotient nor an interval is made."""
    one = np.random.default_rng(5).integers(0, 101, 40) / 3.0
    found = intraclass(np.vstack([one, one + shift, one + shift]))
    assert found.consistency == 1.0
    assert found.agreement == pytest.approx(1.0) if shift == 0.0 else found.agreement < 1.0
    assert np.isnan(found.consistency_ci).all() and np.isnan(found.agreement_ci).all()

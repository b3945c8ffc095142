"""Coefficients of correlation against printed values (Anscombe 1973, first set; R's cor.test)."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.correlation import pearson, spearman

X = np.array([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
Y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])


def test_both_coefficients_with_p_and_interval_are_the_printed_ones() -> None:
    linear, ranked = pearson(X, Y), spearman(X, Y)
    assert (linear.n, linear.r, linear.p) == (11, pytest.approx(0.8164205), pytest.approx(0.00217, abs=5e-6))
    assert linear.interval == pytest.approx((0.4243912, 0.9506933), abs=1e-6)
    assert ranked.r == pytest.approx(0.8181818)


def test_ties_share_their_mean_rank() -> None:
    assert spearman(np.array([1.0, 2, 2, 3]), np.array([1.0, 5, 5, 9])).r == pytest.approx(1)
    assert spearman(np.array([1.0, 2, 2, 3]), np.array([1.0, 2, 3, 4])).r == pytest.approx(np.sqrt(0.9))


def test_there_is_none_of_two_pairs_or_of_what_never_changes() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert pearson(x[:2], x[:2]).r is None
    assert pearson(x, np.ones(4)).r is None
    assert pearson(x[:3], np.array([1.0, 3.0, 2.0])).interval is None


def test_pairs_on_a_line_have_no_interval_rather_than_one_of_no_width() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert pearson(x, -x).r == pytest.approx(-1)
    assert pearson(x, -x).interval is None

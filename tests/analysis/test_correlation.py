"""Coefficients of correlation against values worked out elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.analysis.correlation import pearson, spearman


def test_both_coefficients_and_their_p_are_those_of_another_program() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=30)
    y = np.round(x + rng.normal(size=30), 1)  # with ties
    for ours, theirs in ((pearson(x, y), stats.pearsonr(x, y)), (spearman(x, y), stats.spearmanr(x, y))):
        assert ours.r == pytest.approx(theirs.statistic)
        assert ours.p == pytest.approx(theirs.pvalue)
        assert ours.n == 30
    low, high = stats.pearsonr(x, y).confidence_interval()
    assert pearson(x, y).interval == pytest.approx((low, high), abs=1e-6)


def test_there_is_none_of_two_pairs_or_of_what_never_changes() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert pearson(x[:2], x[:2]).r is None
    assert pearson(x, np.ones(4)).r is None
    assert pearson(x, -x).r == -1
    assert pearson(x[:3], np.array([1.0, 3.0, 2.0])).interval is None

"""What must hold for any input: the AUC and the covariances of AUCs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import mannwhitneyu

from app.analysis import delong
from app.analysis.bootstrap import Resamples, bootstrap_auc, draw
from app.analysis.covariance import covariance, jackknife
from app.analysis.placements import Bools, Floats, auc, kernel, placements
from app.plan import CovarianceMethod

ANY_SCORES = st.integers(2, 40).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, (3, n), elements=st.integers(-6, 6).map(float)),
        arrays(np.bool_, n).filter(
            lambda truth: 1 < truth.sum() < len(truth) - 1 if len(truth) > 4 else False
        ),
    )
)


@given(ANY_SCORES)
def test_auc_is_mann_whitney_whatever_the_ties(data: tuple[Floats, Bools]) -> None:
    scores, truth = data
    for row in scores:
        statistic = mannwhitneyu(row[truth], row[~truth], method="asymptotic").statistic
        assert auc(row, truth) == pytest.approx(statistic / (truth.sum() * (~truth).sum()), abs=1e-12)


@given(ANY_SCORES)
def test_auc_ignores_monotone_transforms_and_the_order_of_rows(data: tuple[Floats, Bools]) -> None:
    scores, truth = data
    order = np.random.default_rng(0).permutation(len(truth))
    found = placements(scores, truth).auc
    np.testing.assert_allclose(placements(np.exp(scores / 2.0) + 3.0, truth).auc, found, atol=1e-12)
    np.testing.assert_allclose(placements(scores[:, order], truth[order]).auc, found, atol=1e-12)


@given(ANY_SCORES)
def test_swapping_the_labels_gives_the_complement(data: tuple[Floats, Bools]) -> None:
    scores, truth = data
    np.testing.assert_allclose(
        placements(scores, ~truth).auc, 1.0 - placements(scores, truth).auc, atol=1e-12
    )


def test_a_rater_worse_than_chance_is_not_flipped() -> None:
    truth = np.array([True, True, False, False])
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), truth) == 0.0


@given(ANY_SCORES)
def test_the_closed_jackknife_equals_brute_force(data: tuple[Floats, Bools]) -> None:
    scores, truth = data
    left_out = []
    for case in range(len(truth)):
        kept = np.arange(len(truth)) != case
        left_out.append(placements(scores[:, kept], truth[kept]).auc)
    deviation = np.array(left_out) - np.mean(left_out, axis=0)
    expected = (len(truth) - 1) / len(truth) * deviation.T @ deviation
    np.testing.assert_allclose(jackknife(placements(scores, truth)), expected, atol=1e-12)


@given(ANY_SCORES)
def test_the_unbiased_covariance_equals_brute_force(data: tuple[Floats, Bools]) -> None:
    scores, truth = data
    one, two = kernel(scores[0], truth), kernel(scores[1], truth)
    m, n = one.shape
    products = [
        one[i, j] * two[k, q]
        for i in range(m)
        for k in range(m)
        for j in range(n)
        for q in range(n)
        if k != i and q != j
    ]
    expected = one.mean() * two.mean() - np.mean(products)
    found = covariance(scores, truth, CovarianceMethod.UNBIASED)
    assert found[0, 1] == pytest.approx(expected, abs=1e-12)
    assert found[1, 0] == pytest.approx(expected, abs=1e-12)


@given(ANY_SCORES, st.sampled_from([CovarianceMethod.DELONG, CovarianceMethod.UNBIASED]))
def test_a_case_nobody_read_changes_nothing(data: tuple[Floats, Bools], method: CovarianceMethod) -> None:
    scores, truth = data
    padded = np.hstack([scores, np.full((3, 2), np.nan)])
    more = np.append(truth, [True, False])
    np.testing.assert_allclose(
        covariance(padded, more, method), covariance(scores, truth, method), atol=1e-12
    )


@given(ANY_SCORES, st.booleans(), st.integers(0, 10))
def test_every_resample_is_the_auc_of_the_cases_it_drew(
    data: tuple[Floats, Bools], stratified: bool, seed: int
) -> None:
    scores, truth = data
    drawn = draw(truth, 7, seed, stratified)
    for row in scores:
        found = bootstrap_auc(row, truth, drawn)
        for resample in range(7):
            picked = np.concatenate(
                [
                    np.repeat(np.flatnonzero(truth), drawn.positive[:, resample].astype(int)),
                    np.repeat(np.flatnonzero(~truth), drawn.negative[:, resample].astype(int)),
                ]
            )
            assert len(picked) == len(truth)
            if truth[picked].all() or not truth[picked].any():
                assert np.isnan(found[resample])
            else:
                assert found[resample] == pytest.approx(auc(row[picked], truth[picked]), abs=1e-9)


@pytest.mark.parametrize("cases", [60, 1000])
@pytest.mark.parametrize("gaps", [False, True])
def test_both_ways_to_resample_agree(cases: int, gaps: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(cases) < 0.4
    score = np.round(rng.normal(size=cases) + truth, 1)
    if gaps:
        score[rng.random(cases) < 0.1] = np.nan
    drawn = draw(truth, 200, 5)
    found = []
    for limit in (0, 10**9):
        monkeypatch.setattr("app.analysis.bootstrap._KERNEL_PAIRS", limit)
        found.append(bootstrap_auc(score, truth, drawn))
    np.testing.assert_allclose(found[0], found[1], atol=1e-12)


def test_counts_beyond_single_precision_stay_exact() -> None:
    truth = np.arange(12_000) < 6_000
    score = np.arange(12_000.0)[::-1] // 7
    once = Resamples(
        np.ones((6_000, 16), np.float32), np.ones((6_000, 16), np.float32), stratified=True, seed=0
    )
    np.testing.assert_allclose(bootstrap_auc(score, truth, once), auc(score, truth), rtol=1e-15)


def test_identical_raters_do_not_differ() -> None:
    truth = np.array([True, False] * 10)
    score = np.arange(20.0)
    found = delong.compare(score, score, truth)
    assert (found.difference, found.p) == (0.0, 1.0)


def test_a_difference_without_variance_has_no_p_value() -> None:
    truth = np.array([True, False] * 10)
    found = delong.compare(truth.astype(float), np.zeros(20), truth)
    assert found.difference == 0.5
    assert np.isnan(found.p)

"""Times, kappas, proportions and reliance against scipy, and at their edges."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from app.analysis.agreement import group_agreement, pair_agreement
from app.analysis.calibration import calibration
from app.analysis.placements import Floats
from app.analysis.proportions import mcnemar, proportion, two_proportions
from app.analysis.reliance import reliance
from app.analysis.roc import roc_curve
from app.analysis.timing import additive_time_model, crossed_time_ratio, order_effect, signed_rank, time_ratio

RATINGS = st.integers(3, 30).flatmap(
    lambda n: arrays(np.float64, (2, n), elements=st.integers(1, 5).map(float))
)


@given(arrays(np.float64, st.integers(51, 90), elements=st.integers(-9, 9).map(float)))
def test_the_signed_rank_test_is_scipys_with_rs_corrections(difference: Floats) -> None:
    if not difference.any():
        return
    v, p = signed_rank(difference)
    expected = stats.wilcoxon(difference, correction=True, method="approx")
    assert min(v, np.sum(difference != 0) * (np.sum(difference != 0) + 1) / 2 - v) == expected.statistic
    count = np.sum(difference != 0)
    at_its_mean = v == count * (count + 1) / 4  # there scipy corrects too; R, and we, do not
    assert p == pytest.approx(1.0 if at_its_mean else expected.pvalue, abs=1e-9)


@given(st.lists(st.booleans(), min_size=1, max_size=49), st.randoms(use_true_random=False))
def test_few_pairs_without_ties_get_the_exact_signed_rank_test(signs: list[bool], random: Random) -> None:
    sizes = [1.5 * (rank + 1) for rank in range(len(signs))]
    random.shuffle(sizes)
    difference = np.array([size if up else -size for size, up in zip(sizes, signs, strict=True)])
    expected = stats.wilcoxon(difference, method="exact").pvalue
    assert signed_rank(difference)[1] == pytest.approx(expected, rel=1e-12)


def test_no_difference_has_no_signed_rank_test() -> None:
    assert np.isnan(signed_rank(np.zeros(60))[1])


def test_the_time_ratio_is_the_paired_t_test_of_logs() -> None:
    rng = np.random.default_rng(0)
    first, second = np.exp(rng.normal(3, 0.4, (2, 70)))
    first[3] = np.nan
    second[4] = 0.0  # not a time
    kept = np.delete(np.arange(70), [3, 4])
    found = time_ratio(first, second)
    expected = stats.ttest_rel(np.log(second[kept]), np.log(first[kept]))
    assert (found.n, found.t, found.p_t) == (
        68,
        pytest.approx(expected.statistic),
        pytest.approx(expected.pvalue),
    )


def test_time_models_need_enough_readers_and_cases() -> None:
    one = np.full((1, 5), 3.0)
    assert crossed_time_ratio(one, one) is None
    assert additive_time_model(one[:, :1], one[:, :1]) is None
    assert order_effect(np.array([1.0, 2.0]), np.array([1.0, 2.0])) is None


def test_reading_ten_percent_faster_per_ten_cases_is_found() -> None:
    position = np.arange(1.0, 101.0)
    found = order_effect(30.0 * 0.9 ** (position / 10.0), position)
    assert found is not None
    assert found.ratio_per_ten == pytest.approx(0.9)


@given(RATINGS)
def test_kappa_is_symmetric_and_one_for_the_same_ratings(ratings: Floats) -> None:
    one, two = pair_agreement(*ratings), pair_agreement(*ratings[::-1])
    np.testing.assert_allclose(
        [one.unweighted, one.linear, one.quadratic],
        [two.unweighted, two.linear, two.quadratic],
        atol=1e-12,
    )
    same = pair_agreement(ratings[0], ratings[0])
    only_one_grade = len(set(ratings[0])) == 1  # then chance agrees as well, and kappa is 0 / 0
    assert same.unweighted == pytest.approx(np.nan if only_one_grade else 1.0, nan_ok=True)


def test_quadratic_kappa_is_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    first = rng.integers(1, 6, 80)
    second = np.clip(first + rng.integers(-1, 2, 80), 1, 5)
    found = pair_agreement(first.astype(float), second.astype(float))
    for weights, value in (
        (None, found.unweighted),
        ("linear", found.linear),
        ("quadratic", found.quadratic),
    ):
        assert value == pytest.approx(metrics.cohen_kappa_score(first, second, weights=weights), abs=1e-12)


def test_krippendorffs_alpha_of_his_own_example() -> None:
    nan = np.nan
    ratings = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
            [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
        ]
    )
    found = group_agreement(ratings)
    assert found.krippendorff_nominal == pytest.approx(0.743, abs=5e-4)
    assert found.krippendorff_ordinal == pytest.approx(0.815, abs=5e-4)
    assert found.krippendorff_nominal_irr == found.krippendorff_nominal  # with gaps both agree


@given(st.integers(0, 40), st.integers(1, 40))
def test_intervals_hold_their_estimate_and_stay_inside(count: int, more: int) -> None:
    found = proportion(count, count + more)
    for low, high in (found.clopper_pearson, found.wilson):
        assert 0.0 <= low <= found.estimate + 1e-12
        assert found.estimate - 1e-12 <= high <= 1.0
    expected = stats.binomtest(count, count + more).proportion_ci(0.95, "exact")
    np.testing.assert_allclose(found.clopper_pearson, expected, atol=1e-12)
    np.testing.assert_allclose(
        found.wilson, stats.binomtest(count, count + more).proportion_ci(0.95, "wilson")
    )


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_symmetric_exact_and_never_zero(n10: int, n01: int) -> None:
    found, swapped = mcnemar(n10, n01), mcnemar(n01, n10)
    assert (found.p_exact, found.p_mid, found.p_chi2) == (swapped.p_exact, swapped.p_mid, swapped.p_chi2)
    assert 0.0 < found.p_mid <= found.p_exact <= 1.0
    if n10 + n01:
        assert found.p_exact == pytest.approx(stats.binomtest(n10, n10 + n01).pvalue, abs=1e-12)
    if n10 == n01:
        assert found.p_chi2 == 1.0


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_two_proportions_are_pearsons_chi_square(a: int, b: int, c: int, d: int) -> None:
    found = two_proportions(a, a + b, c, c + d)
    if a + c:
        expected = stats.chi2_contingency([[a, b], [c, d]], correction=False)
        assert found.p_chi2_uncorrected == pytest.approx(expected.pvalue, abs=1e-10)
    else:
        assert found.p_chi2_uncorrected == 1.0


def test_reliance_counts_switches_and_who_followed_whom() -> None:
    truth = np.array([True, True, True, False, False, False])
    before = np.array([0.0, 1.0, 1.0, 0.0, 1.0, np.nan])
    after = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    advice = np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
    found = reliance(before, after, truth, advice)
    assert found.n == 5
    assert (found.helpful_switches.count, found.helpful_switches.total) == (1, 2)
    assert (found.harmful_switches.count, found.harmful_switches.total) == (2, 3)
    assert found.over_reliance is not None and found.under_reliance is not None
    assert (found.over_reliance.count, found.over_reliance.total) == (2, 2)
    assert (found.under_reliance.count, found.under_reliance.total) == (1, 2)


def test_an_roc_curve_goes_from_corner_to_corner_and_holds_its_area() -> None:
    rng = np.random.default_rng(4)
    truth = rng.random(90) < 0.5
    score = np.round(rng.normal(size=90) + truth, 1)
    curve = roc_curve(score, truth)
    assert (curve.false_positive[0], curve.true_positive[0]) == (0.0, 0.0)
    assert (curve.false_positive[-1], curve.true_positive[-1]) == (1.0, 1.0)
    area = np.trapezoid(curve.true_positive, curve.false_positive)
    assert area == pytest.approx(
        stats.mannwhitneyu(score[truth], score[~truth]).statistic / (truth.sum() * (~truth).sum())
    )


def test_calibration_counts_every_case_once() -> None:
    rng = np.random.default_rng(5)
    rating = np.round(rng.random(200) * 100)
    truth = rng.random(200) < rating / 100
    found = calibration(rating, truth, 100.0)
    assert sum(one.observed.total for one in found.bins) == 200
    assert found.brier == pytest.approx(np.mean((rating / 100 - truth) ** 2))

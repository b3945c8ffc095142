"""Where cases or readers leave no variance the analysis gives an interval that holds, and says which."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from app.analysis.components import components
from app.analysis.covariance import covariance
from app.analysis.delong import auc_interval, compare
from app.analysis.exact import exact_interval
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats, kernel, placements
from app.analysis.readings import Predictions, Readings
from app.analysis.rounding import settled
from app.analysis.study import Analysis, analyse_study
from app.analysis.timing import crossed_time_ratio, order_effect, time_ratio
from app.plan import CovarianceMethod, Generalise

TRUTH = np.arange(40) % 2 == 0
PERFECT = np.where(TRUTH, 90.0, 10.0)


def _clopper_pearson(draws: int) -> tuple[float, float]:
    """Of as many successes as draws, by scipy."""
    found = binomtest(draws, draws).proportion_ci(0.95, "exact")
    return found.low, found.high


def _analysed(
    rating: Floats,
    truth: Bools = TRUTH,
    model: Floats | None = None,
    call: Floats | None = None,
    **chosen: object,
) -> Analysis:
    nothing = np.full(rating.shape, np.nan)
    arms = ("unaided", "aided")[: len(rating)]
    readers = tuple(f"R{place + 1}" for place in range(rating.shape[1]))
    cases = tuple(str(place) for place in range(rating.shape[2]))
    given = nothing if call is None else call
    readings = Readings("made", arms, readers, cases, truth, rating, given, nothing, nothing)
    scores = None
    if model is not None:
        scores = Predictions(("net",), model[None], np.full((1, len(truth)), np.nan))
    return analyse_study(readings, scores, AnalysisOptions(bootstrap=20, **chosen))  # type: ignore[arg-type]


def _noisy(readers: int = 3, arms: int = 2, seed: int = 1, truth: Bools = TRUTH) -> Floats:
    rng = np.random.default_rng(seed)
    return np.asarray(np.round(rng.normal(size=(arms, readers, len(truth))) + 1.2 * truth, 1), np.float64)


def _same(row: Floats, arms: int = 2, readers: int = 3) -> Floats:
    return np.broadcast_to(row, (arms, readers, len(row))).copy()


@pytest.mark.parametrize(("row", "auc"), [(PERFECT, 1.0), (-PERFECT, 0.0), (0 * PERFECT + 50, 0.5)])
def test_readers_without_an_error_get_an_exact_interval_with_width(row: Floats, auc: float) -> None:
    found = _analysed(_same(row))
    for one in found.auc:
        assert one.auc == auc
        assert one.exact and np.isnan(one.ci_delong).all() and np.isnan(one.ci_bootstrap).all()
        assert 0.0 <= one.ci[0] <= auc <= one.ci[1] <= 1.0
        assert one.ci[1] - one.ci[0] > 0.16
    if auc == 1.0:
        assert found.auc[0].ci == pytest.approx(_clopper_pearson(20))
    assert any("(†)" in note for note in found.notes)


def test_ratings_that_all_tie_are_said_to_have_ranked_nothing() -> None:
    (note,) = (note for note in _analysed(_same(0 * PERFECT)).notes if "nothing was ranked" in note)
    assert "0.5" in note


@given(st.integers(2, 400), st.sampled_from([0.0, 0.5, 1.0]))
def test_exact_intervals_contain_the_estimate_have_width_and_shrink(draws: int, value: float) -> None:
    low, high = exact_interval(value, draws)
    assert 0.0 <= low <= value <= high <= 1.0
    assert high > low
    wider = exact_interval(value, draws - 1) if draws > 2 else (0.0, 1.0)
    assert wider[0] <= low and high <= wider[1]
    assert exact_interval(1.0 - value, draws) == pytest.approx((1.0 - high, 1.0 - low))
    if value == 1.0:
        assert (low, high) == pytest.approx(_clopper_pearson(draws))


@given(st.integers(2, 30), st.integers(2, 30), st.booleans())
def test_the_interval_of_an_auc_turns_round_with_the_classes(m: int, n: int, perfect: bool) -> None:
    truth = np.arange(m + n) < m
    score = truth.astype(float) if perfect else np.random.default_rng(m * 31 + n).normal(size=m + n)
    low, high = auc_interval(placements(score[None], truth))
    other = auc_interval(placements(score[None], ~truth))
    assert other == pytest.approx((1.0 - high, 1.0 - low), abs=1e-12)


@settings(max_examples=40)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 10**6))
def test_constant_is_exactly_where_every_pair_gives_one_value(m: int, n: int, seed: int) -> None:
    truth = np.arange(m + n) < m
    scores = np.random.default_rng(seed).integers(0, 2, size=(40, m + n)).astype(float)
    alike = [float(np.ptp(kernel(row, truth))) == 0.0 for row in scores]
    assert placements(scores, truth).constant.tolist() == alike


def test_the_exact_bound_holds_for_the_worst_distribution_and_is_reached_by_it() -> None:
    """A share θ of the diseased above all normals and the rest below: a perfect AUC has probability θ^m."""
    low, _ = exact_interval(1.0, 12)
    assert low**12 == pytest.approx(0.025)


def test_two_perfect_arms_differ_by_an_exact_interval_and_the_reason_for_no_p_is_said() -> None:
    main = _analysed(_same(PERFECT)).mrmc.main
    assert main is not None
    (difference,) = main.differences
    expected = _clopper_pearson(3)[0]
    assert [one.ci for one in main.arms] == [pytest.approx((expected, 1.0))] * 2
    assert difference.exact and difference.ci == pytest.approx((expected - 1.0, 1.0 - expected))
    assert np.isnan(difference.p) and any("hence no p-value" in note for note in main.notes)
    assert any("3 independent draws of a reader and cases" in note for note in main.notes)
    fixed = _analysed(_same(PERFECT), generalise=Generalise.CASES).mrmc.main
    assert fixed is not None
    assert fixed.arms[0].ci == pytest.approx(_clopper_pearson(20))


def test_an_arm_without_an_error_beside_one_with_some_is_pointed_out() -> None:
    rating = _noisy()
    rating[1] = PERFECT
    main = _analysed(rating).mrmc.main
    assert main is not None
    assert (main.arms[0].exact, main.arms[1].exact) == (False, True)
    assert np.isfinite(main.differences[0].p)
    assert any("leave no variance in aided" in note for note in main.notes)


def test_calls_that_are_always_right_or_always_yes_get_exact_intervals() -> None:
    rating = _noisy()
    found = _analysed(rating, call=np.ones_like(rating))
    for family, value in ((found.mrmc_sensitivity, 1.0), (found.mrmc_specificity, 0.0)):
        assert family is not None and family.main is not None
        for one in family.main.arms:
            assert one.exact and one.estimate == value and one.ci[1] - one.ci[0] > 0.5
        assert family.main.differences[0].exact


def test_identical_raters_keep_p_one_and_gain_an_interval_with_width() -> None:
    score = _noisy()[0, 0]
    found = compare(score, score, TRUTH)
    assert (found.difference, found.p, found.exact) == (0.0, 1.0, True)
    assert found.ci == pytest.approx((-0.168, 0.168), abs=1e-3)
    for one in _analysed(np.stack([score, score])[:, None]).paired:
        assert np.isnan(one.ci_bootstrap).all() and one.exact


def test_one_diseased_case_has_no_interval_and_one_sentence_says_why() -> None:
    truth = np.arange(40) == 3
    found = _analysed(_noisy(truth=truth), truth)
    for one in found.auc:
        assert np.isnan([*one.ci, *one.ci_bootstrap]).all()
    for pair in found.paired:
        assert np.isnan([*pair.ci, *pair.ci_bootstrap, pair.p]).all()
    assert sum("diseased case" in note for note in found.notes) == 1
    main = found.mrmc.main
    assert main is not None
    assert len(main.notes) == 1 and "one case of a class" in main.notes[0]
    assert not any("nan" in note for note in (*found.notes, *main.notes))


def test_few_cases_of_a_class_are_remarked_on_and_enough_are_not() -> None:
    for positives, said in ((9, True), (10, False)):
        truth = np.arange(60) < positives
        notes = _analysed(_noisy(truth=truth), truth).notes
        assert any(f"Only {positives} diseased cases" in note for note in notes) is said


def test_a_reversed_scale_is_remarked_on_and_nothing_is_turned_round() -> None:
    found = _analysed(-_noisy(), model=-_noisy()[0, 0])
    said = [note for note in found.notes if "reversed" in note]
    assert len(said) == 2 and all("nothing was turned round" in note for note in said)
    assert "all raters" in said[0] and "net" in said[1]
    assert all(one.auc < 0.5 for one in found.auc)
    assert not any("reversed" in note for note in _analysed(_noisy()).notes)


def test_rounding_noise_is_no_negative_variance_and_a_true_one_is_still_said() -> None:
    rating = _noisy()
    rating[1] = PERFECT  # Var(R) is a difference of equal numbers here
    main = _analysed(rating).mrmc.main
    assert main is not None
    assert main.components.reader_raw == 0.0
    assert not any("reader variance estimate is negative (-" in note and "e-" in note for note in main.notes)
    theta = np.array([[0.8, 0.8, 0.8], [0.9, 0.9, 0.9]])
    c = np.full((2, 3, 2, 3), 1e-3)
    for arm in range(2):
        for reader in range(3):
            c[arm, reader, arm, reader] = 2e-3
    assert components(theta, c).arm_reader_raw == pytest.approx(-1e-3)
    c[0, 0, 1, 1] += 3e-18
    assert not components(theta, c).floor_active


@given(st.floats(1e-9, 1.0), st.floats(0.5, 1.0))
def test_what_is_settled_is_noise_beside_its_terms_and_nothing_else(scale: float, share: float) -> None:
    assert settled(scale * 1e-16 * share, scale, -scale) == 0.0
    assert settled(-scale * 1e-6 * share, scale, -scale) == -scale * 1e-6 * share
    assert np.isnan(settled(float("nan"), scale))


def test_the_unbiased_variance_of_a_perfect_auc_is_zero_not_rounding() -> None:
    truth = np.arange(37) < 17
    found = covariance(np.stack([truth * 1.0, -1.0 * truth]), truth, CovarianceMethod.UNBIASED)
    assert (found == 0.0).all()


def test_an_algorithm_without_an_error_is_pointed_out_beside_its_p_value() -> None:
    (row, _) = _analysed(_noisy(), model=PERFECT).ai_vs_readers
    assert np.isfinite(row.p) and any("too sure" in note for note in row.notes)
    (row, _) = _analysed(_same(PERFECT), model=PERFECT).ai_vs_readers
    assert np.isnan([row.se, row.p, row.non_inferiority.p]).all() and "no p-value" in row.notes[0]


def test_resamples_of_one_class_are_counted() -> None:
    truth = np.arange(12) < 2
    notes = _analysed(_noisy(truth=truth), truth, stratified=False).notes
    assert any("held cases of one class only" in note for note in notes)


def test_times_that_all_change_by_one_factor_have_no_test() -> None:
    first = np.random.default_rng(3).uniform(20, 90, (3, 30))
    one = time_ratio(first[0], 0.7 * first[0])
    assert one.estimate == pytest.approx(0.7) and np.isnan([*one.ci, one.t, one.p_t]).all()
    crossed = crossed_time_ratio(first, 0.7 * first)
    assert crossed is not None and np.isnan([*crossed.ci, crossed.p]).all()
    order = order_effect(30.0 * 0.9 ** np.arange(20.0), np.arange(20.0))
    assert order is not None and np.isnan([*order.ci, order.p]).all()

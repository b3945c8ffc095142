"""High specificity, net benefit, intervals of kappa: against scikit-learn, statsmodels and plain counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.agreement import pair_agreement
from app.analysis.benefit import THRESHOLDS, net_benefit, treat_all
from app.analysis.bootstrap import draw
from app.analysis.partial import left_end
from app.analysis.readings import Predictions, Readings
from app.analysis.reliability import fleiss_kappa
from app.analysis.roc import roc_curve
from app.analysis.sections.clinical import MEAN, high_specificity
from tests.analysis.conftest import predictions as predictions
from tests.analysis.conftest import readings as readings

scores = st.lists(st.integers(0, 8), min_size=8, max_size=40)


@given(scores, st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_the_partial_area_is_scikit_learn_s_and_the_height_lies_on_the_curve(
    values: list[int], specificity: float
) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    truth, rating = np.arange(len(values)) % 2 == 0, np.array(values, float)
    found = left_end(rating, truth, specificity)
    assert found.area[0] == pytest.approx(metrics.roc_auc_score(truth, rating, max_fpr=1 - specificity))
    curve = roc_curve(rating, truth)
    at = 1 - specificity
    upper = curve.true_positive[np.flatnonzero(curve.false_positive <= at + 1e-12)[-1]]
    assert found.sensitivity[0] >= upper - 1e-12
    assert found.sensitivity[0] == pytest.approx(
        max(upper, float(np.interp(at, curve.false_positive, curve.true_positive)))
    )


def test_a_resample_is_the_curve_of_the_cases_that_were_drawn(readings: Callable[[str], Readings]) -> None:
    found = readings("rating")
    rating = found.rating[0, 0].copy()
    rating[:5] = np.nan
    drawn = draw(found.truth, 20, 3)
    ends = left_end(rating, found.truth, 0.9, drawn)
    for one in range(20):
        counts = np.zeros(len(rating), int)
        counts[found.truth], counts[~found.truth] = drawn.positive[:, one], drawn.negative[:, one]
        chosen = np.repeat(np.arange(len(rating)), counts)
        alone = left_end(rating[chosen], found.truth[chosen], 0.9)
        assert ends.area[one] == pytest.approx(alone.area[0])
        assert ends.sensitivity[one] == pytest.approx(alone.sensitivity[0])


def test_means_and_differences_are_those_of_the_readers(
    readings: Callable[[str], Readings], predictions: Predictions
) -> None:
    study = readings("confidence")
    rows = high_specificity(study, predictions, draw(study.truth, 200, 1), 0.9)
    by = {(row.arm, row.reader): row for row in rows}
    own = {arm: [by[arm, reader].partial_area for reader in study.readers] for arm in study.arms}
    assert by["aided", MEAN].partial_area == pytest.approx(np.mean(own["aided"]))
    difference = by["aided − unaided", MEAN]
    assert difference.partial_area == pytest.approx(np.mean(own["aided"]) - np.mean(own["unaided"]))
    assert difference.partial_area_ci[0] < difference.partial_area < difference.partial_area_ci[1]
    assert ("", "AI_A") in by


def test_net_benefit_is_counted_by_hand() -> None:
    probability = np.array([0.9, 0.6, 0.2, 0.7, 0.1, np.nan])
    truth = np.array([True, True, True, False, False, False])
    found = net_benefit(probability, truth, np.array([0.2, 0.6, 0.8]))
    assert found == pytest.approx([(3 - 1 * 0.25) / 5, (2 - 1 * 1.5) / 5, 1 / 5])
    everybody = net_benefit(np.ones(6), truth)
    assert everybody == pytest.approx(treat_all(truth))
    assert len(everybody) == len(THRESHOLDS)


KAPPAS = {
    # statsmodels.stats.inter_rater.cohens_kappa(table, wt=...).kappa and .std_kappa; R: psych::cohen.kappa
    "unweighted": (0.16642203117355142, 0.049306683359085855),
    "linear": (0.3832944085726062, 0.05374876489584982),
    "quadratic": (0.5663547369272672, 0.05763291585343328),
}


def test_intervals_of_kappa_are_those_of_statsmodels(readings: Callable[[str], Readings]) -> None:
    study = readings("rating")
    found = pair_agreement(study.rating[0, 0], study.rating[0, 1])
    for name, (kappa, se) in KAPPAS.items():
        assert getattr(found, name) == pytest.approx(kappa)
        low, high = getattr(found, f"{name}_ci")
        assert (high - low) / 2 / 1.959963984540054 == pytest.approx(se)
    call = pair_agreement(study.call[0, 0], study.call[0, 1])
    half = 1.959964 * 0.08443858354580838
    assert call.unweighted_ci == pytest.approx((0.339413359625339 - half, 0.339413359625339 + half), abs=1e-6)


def test_raters_who_agree_on_everything_have_no_interval_of_kappa() -> None:
    same = np.array([1.0, 2.0, 3.0, 1.0])
    found = pair_agreement(same, same)
    assert found.linear == 1.0
    assert np.isnan(found.linear_ci).all()


def test_fleiss_error_is_that_of_leaving_cases_out(readings: Callable[[str], Readings]) -> None:
    ratings = readings("rating").rating[0]
    found = fleiss_kappa(ratings)
    cases = ratings.shape[1]
    without = [fleiss_kappa(np.delete(ratings, case, axis=1)).estimate for case in range(cases)]
    jackknife = np.sqrt((cases - 1) / cases * np.sum((without - np.mean(without)) ** 2))
    assert found.se == pytest.approx(jackknife, rel=0.03)


def test_intervals_of_fleiss_kappa_hold_what_is_true_as_often_as_they_say() -> None:
    """Four raters who repeat a case's own answer with probability r, and guess otherwise, agree by r²."""
    rng, held, share = np.random.default_rng(6), 0, 0.7
    for _ in range(300):
        own = rng.random(80) < 0.3
        answers = np.where(rng.random((4, 80)) < share, own, rng.random((4, 80)) < 0.3)
        low, high = fleiss_kappa(answers.astype(float)).ci
        held += low <= share**2 <= high
    assert held / 300 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 300))

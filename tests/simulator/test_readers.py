"""Simulated readers have the skill, bias, pace and reliance that they were given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.simulator.readers import CaseVariance, SimulatedReader, sample_readers, simulate_readings
from app.study.protocol import Arm, Scale

BOTH = (Arm.UNAIDED, Arm.AIDED)


def auc(truth: NDArray[np.int64], score: NDArray[np.float64]) -> float:
    wins = score[truth == 1][:, None] - score[truth == 0][None, :]
    return float(np.mean((wins > 0) + 0.5 * (wins == 0)))


def many(cases: int = 3000) -> NDArray[np.int64]:
    return np.arange(cases) % 2


@pytest.mark.parametrize("skill", [0.6, 0.75, 0.9, 0.98])
@pytest.mark.parametrize("spread", [0.7, 1.0, 1.6])
def test_a_reader_reaches_the_auc_that_was_asked_for(skill: float, spread: float) -> None:
    reader = SimulatedReader(auc=skill, positive_spread=spread)
    readings = simulate_readings(many(), [reader], [Arm.UNAIDED], np.random.default_rng(3))
    assert auc(many(), readings.evidence[0, 0]) == pytest.approx(skill, abs=0.025)


def test_a_rating_says_the_same_as_the_call() -> None:
    readers = sample_readers(6, np.random.default_rng(5))
    readings = simulate_readings(many(400), readers, BOTH, np.random.default_rng(6))
    assert (readings.ratings[readings.calls] >= 50).all()
    assert (readings.ratings[~readings.calls] <= 50).all()


@pytest.mark.parametrize("scale", list(Scale))
def test_ratings_use_the_whole_scale_and_no_more(scale: Scale) -> None:
    low, high = scale.bounds
    readings = simulate_readings(
        many(), [SimulatedReader(auc=0.9)], [Arm.UNAIDED], np.random.default_rng(1), scale=scale
    )
    assert readings.ratings.min() >= low
    assert readings.ratings.max() <= high
    assert {low, high} <= set(np.unique(readings.ratings).tolist())


def test_bias_raises_calls_without_changing_skill() -> None:
    shy, keen = SimulatedReader(bias=-1.5), SimulatedReader(bias=1.5)
    readings = simulate_readings(many(), [shy, keen], [Arm.UNAIDED], np.random.default_rng(2))
    assert readings.calls[0, 1].mean() > readings.calls[0, 0].mean() + 0.2
    assert auc(many(), readings.evidence[0, 0]) == pytest.approx(
        auc(many(), readings.evidence[0, 1]), abs=0.03
    )


def test_a_reader_who_follows_a_perfect_ai_becomes_perfect_only_with_aid() -> None:
    truth = many()
    reader = SimulatedReader(auc=0.7, reliance=0.9)
    ai = np.where(truth == 1, 0.99, 0.01)
    readings = simulate_readings(truth, [reader], BOTH, np.random.default_rng(4), ai=ai)
    assert auc(truth, readings.evidence[0, 0]) == pytest.approx(0.7, abs=0.03)
    assert auc(truth, readings.evidence[1, 0]) > 0.99


def test_an_absent_ai_leaves_the_second_answer_as_the_first() -> None:
    truth = many(200)
    ai = np.full(200, np.nan)
    reader = SimulatedReader(reliance=1.0)
    readings = simulate_readings(truth, [reader], BOTH, np.random.default_rng(4), ai=ai, sequential=True)
    assert np.array_equal(readings.ratings[0], readings.ratings[1])


def test_fatigue_costs_skill_at_the_end_of_the_list_and_pace_saves_time() -> None:
    truth = many(4000)
    positions = np.repeat([1, 101], 2000)[None, None, :]
    reader = SimulatedReader(auc=0.9, fatigue=0.6, pace=-0.5)
    readings = simulate_readings(
        truth, [reader], [Arm.UNAIDED], np.random.default_rng(8), positions=positions
    )
    early, late = slice(0, 2000), slice(2000, None)
    assert (
        auc(truth[early], readings.evidence[0, 0, early])
        > auc(truth[late], readings.evidence[0, 0, late]) + 0.1
    )
    assert np.median(readings.seconds[0, 0, late]) < 0.75 * np.median(readings.seconds[0, 0, early])


def test_reading_times_are_lognormal_about_the_reader_s_median() -> None:
    reader = SimulatedReader(seconds=30, hesitation=0.0, pace=0.0, seconds_spread=0.4)
    readings = simulate_readings(many(), [reader], [Arm.UNAIDED], np.random.default_rng(9))
    logs = np.log(readings.seconds[0, 0])
    assert np.exp(logs.mean()) == pytest.approx(30, rel=0.04)
    assert logs.std() == pytest.approx(0.4, rel=0.06)


def test_readers_share_the_difficulty_of_a_case_as_far_as_the_variance_says() -> None:
    readers = [SimulatedReader(name="R1"), SimulatedReader(name="R2")]
    share = CaseVariance(case=0.4, case_arm=0.2, case_reader=0.3)
    readings = simulate_readings(np.zeros(20000), readers, BOTH, np.random.default_rng(10), variance=share)
    flat = readings.evidence.reshape(4, -1)
    correlation = np.corrcoef(flat)
    assert correlation[0, 1] == pytest.approx(0.6, abs=0.03)
    assert correlation[0, 2] == pytest.approx(0.7, abs=0.03)
    assert correlation[0, 3] == pytest.approx(0.4, abs=0.03)


def test_without_gain_both_arms_have_the_same_expected_auc() -> None:
    rng = np.random.default_rng(11)
    difference = [
        reader.aided_auc - reader.auc for reader in sample_readers(4000, rng, gain=0.0) if reader.aided_auc
    ]
    assert np.mean(difference) == pytest.approx(0.0, abs=0.003)
    gained = [
        reader.aided_auc - reader.auc for reader in sample_readers(400, rng, gain=0.4) if reader.aided_auc
    ]
    assert np.mean(gained) > 0.03


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cases=st.integers(1, 40), readers=st.integers(1, 4))
def test_the_same_seed_gives_the_same_readings(seed: int, cases: int, readers: int) -> None:
    def read() -> NDArray[np.int64]:
        rng = np.random.default_rng(seed)
        return simulate_readings(many(cases), sample_readers(readers, rng), BOTH, rng).ratings

    assert np.array_equal(read(), read())


def test_variance_shares_beyond_one_are_refused() -> None:
    with pytest.raises(ValueError, match="shares"):
        CaseVariance(case=0.8, case_arm=0.3, case_reader=0.1)

"""The pointing game and its company, on maps whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from app.learning.explanation_metrics import (
    THRESHOLDS,
    case_explanation,
    dice,
    explained,
    mean_interval,
    rank_correlation,
)
from app.scan.scan import ViewName

A, P = ViewName.ANTERIOR, ViewName.POSTERIOR


def maps(fill: float = 0.0) -> dict[ViewName, np.ndarray]:
    return {view: np.full((20, 10), fill, np.float32) for view in (A, P)}


def masks() -> dict[ViewName, np.ndarray]:
    return {view: np.zeros((20, 10), np.bool_) for view in (A, P)}


def scene():
    """A lesion of 4 pixels on the posterior view, a body of 200 pixels, a hot bladder in front."""
    lesions, body, bladder, counts = masks(), masks(), masks(), maps(1.0)
    lesions[P][2:4, 2:4] = True
    for view in (A, P):
        body[view][:, :5] = True
    bladder[A][15:17, 3:5] = True
    counts[A][15:17, 3:5] = 90.0
    counts[P][2, 2] = 30.0
    return lesions, counts, body, bladder


def test_attention_on_the_lesion_hits_where_the_hottest_pixel_is_the_bladder() -> None:
    lesions, counts, body, bladder = scene()
    attention = maps()
    attention[P][2:4, 2:4] = 1.0
    found = case_explanation(attention, lesions, counts, body, bladder)
    assert (found.hit, found.hottest_pixel, found.hottest_outside_bladder) == (True, False, True)
    assert found.random == pytest.approx(4 / 200)
    assert found.energy == 1.0
    assert found.dice == (1.0,) * len(THRESHOLDS)


def test_attention_elsewhere_or_nowhere_misses() -> None:
    lesions, counts, body, bladder = scene()
    elsewhere = maps()
    elsewhere[A][15, 3] = 1.0
    found = case_explanation(elsewhere, lesions, counts, body, bladder)
    assert (found.hit, found.energy, max(found.dice)) == (False, 0.0, 0.0)
    nowhere = case_explanation(maps(), lesions, counts, body, bladder)
    assert (nowhere.hit, math.isnan(nowhere.energy), max(nowhere.dice)) == (False, True, 0.0)


def test_an_even_attention_is_no_better_than_chance() -> None:
    lesions, counts, body, bladder = scene()
    attention = {view: body[view].astype(np.float32) for view in (A, P)}
    found = case_explanation(attention, lesions, counts, body, bladder)
    assert found.energy == pytest.approx(found.random)


def test_a_scan_without_lesions_cannot_be_pointed_at() -> None:
    _, counts, body, bladder = scene()
    with pytest.raises(ValueError, match="no lesion pixel"):
        case_explanation(maps(), masks(), counts, body, bladder)


def test_several_scans_give_shares_with_intervals_and_the_best_threshold() -> None:
    lesions, counts, body, bladder = scene()
    good, halfway = maps(), maps()
    good[P][2:4, 2:4] = 1.0
    halfway[P][2:4, 2:4] = 1.0
    halfway[P][10:14, 2:4] = 0.45
    cases = [case_explanation(each, lesions, counts, body, bladder) for each in (good, halfway, maps())]
    facts = explained(cases, "by hand").facts()
    assert facts["pointing"] == pytest.approx([2 / 3, 0.2077, 0.9385], abs=1e-4)
    assert facts["pointing_hottest_pixel"][0] == 0.0
    assert facts["best_dice_threshold"] == 0.5
    assert facts["best_dice"] == pytest.approx(2 / 3)
    assert facts["scans"] == 3


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_a_mean_lies_within_its_interval_and_nan_is_left_out(values: list[float]) -> None:
    mean, low, high = mean_interval([*values, math.nan])
    assert mean == pytest.approx(float(np.mean(values)))
    assert 0.0 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= 1.0


@given(st.integers(0, 2**31))
def test_rank_correlation_is_spearmans(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, two = rng.integers(0, 6, (2, 5, 7)).astype(np.float32)
    wanted = spearmanr(one.ravel(), two.ravel()).statistic
    assert rank_correlation(one, two) == pytest.approx(0.0 if math.isnan(wanted) else wanted, abs=1e-9)


def test_two_empty_masks_agree() -> None:
    empty, full = np.zeros((3, 3), np.bool_), np.ones((3, 3), np.bool_)
    assert (dice(empty, empty), dice(empty, full), dice(full, full)) == (1.0, 0.0, 1.0)

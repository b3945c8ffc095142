"""Limits of agreement, against the published example, plain arithmetic, and a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.bland_altman import bland_altman

WRIGHT = np.array([494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0])
MINI = np.array([512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0])
"""Peak flow by two meters, Bland & Altman 1986, table 1 (litres a minute)."""


def test_the_published_example() -> None:
    found = bland_altman(WRIGHT, MINI)
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.low, found.high) == pytest.approx((-78.1, 73.9), abs=0.1)
    assert found.bias_ci == pytest.approx((-22.0, 17.8), abs=0.1)


def test_a_difference_that_never_changes_has_limits_and_no_interval() -> None:
    found = bland_altman(np.array([1.0, 2.0, 3.0]), np.array([0.9, 1.9, 2.9]))
    assert (found.bias, found.sd, found.low, found.slope) == pytest.approx((0.1, 0.0, 0.1, 0.0))
    assert np.isnan([*found.bias_ci, *found.low_ci, found.slope_p]).all()


values = st.lists(st.floats(-50, 50), min_size=4, max_size=20)


@given(values, st.floats(-10, 10))
def test_the_other_way_round_the_signs_turn_and_a_shift_moves_the_bias_alone(
    first: list[float], shift: float
) -> None:
    x = np.array(first)
    y = x[::-1] * 0.9
    found, turned = bland_altman(x, y), bland_altman(y, x)
    assert turned.bias == pytest.approx(-found.bias, abs=1e-9)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-9)
    moved = bland_altman(x + shift, y)
    assert moved.bias == pytest.approx(found.bias + shift, abs=1e-6)
    assert moved.sd == pytest.approx(found.sd, abs=1e-6)


def test_intervals_hold_the_true_limits_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(2), np.zeros(2)
    for _ in range(600):
        x = rng.normal(10, 3, 40)
        found = bland_altman(x + rng.normal(0.5, 2.0, 40), x)
        held += [
            found.bias_ci[0] <= 0.5 <= found.bias_ci[1],
            found.high_ci[0] <= 0.5 + 3.92 <= found.high_ci[1],
        ]
    assert held / 600 == pytest.approx([0.95, 0.95], abs=3 * np.sqrt(0.95 * 0.05 / 600))

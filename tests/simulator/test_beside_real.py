"""Simulated and real scans in one shape, and the numbers they are compared by."""

from __future__ import annotations

import numpy as np
import pytest

from app.simulator.difficulty import preset
from app.simulator.simulate import CaseSeed, simulate
from benchmarks.beside_real.__main__ import TWENTY
from benchmarks.beside_real.compare import compared
from benchmarks.beside_real.degraded import COLS, REAL, ROWS, degraded, real_pairs
from benchmarks.beside_real.features import features


@pytest.fixture(scope="module")
def views() -> list[np.ndarray]:
    counts = simulate(CaseSeed(3, 1, False, preset("trial"))).counts.astype(np.float32)
    return [degraded(view, np.random.default_rng(0)) for view in counts]


def test_degraded_views_fill_the_grid_in_8_bit(views: list[np.ndarray]) -> None:
    for view in views:
        assert view.shape == (ROWS, COLS)
        assert view.dtype == np.uint8
        body = np.argwhere(view > 3)
        assert body[:, 0].min() < 15
        assert body[:, 0].max() > ROWS - 15


def test_every_ratio_that_counts_is_measured(views: list[np.ndarray]) -> None:
    found = features(views[0], views[1])
    assert all(np.isfinite(found[name]) and found[name] > 0 for name in TWENTY)


def test_a_ratio_follows_what_is_brighter(views: list[np.ndarray]) -> None:
    before = features(views[0], views[1])
    brighter = views[0].copy()
    knees = slice(int(0.67 * ROWS), int(0.76 * ROWS))
    brighter[knees] = np.minimum(brighter[knees].astype(int) * 2, 255)
    after = features(brighter, views[1])
    assert after["anterior: ratio: knee"] == pytest.approx(2 * before["anterior: ratio: knee"], rel=0.25)
    assert after["anterior: ratio: skull vault"] == pytest.approx(
        before["anterior: ratio: skull vault"], rel=0.02
    )


def test_a_hot_spot_on_one_side_is_told() -> None:
    counts = simulate(CaseSeed(3, 1, False, preset("easy"))).counts.astype(np.float32)
    front, back = (degraded(view, np.random.default_rng(0)) for view in counts)
    spotted = front.copy()
    spotted[int(0.28 * ROWS) : int(0.28 * ROWS) + 24, COLS // 2 + 20 : COLS // 2 + 44] = 200
    name = "anterior: side: focal one-sided excess"
    assert features(spotted, back)[name] > features(front, back)[name] + 1


def test_a_number_that_is_the_same_passes_and_one_that_is_doubled_does_not() -> None:
    values = np.random.default_rng(0).normal(10, 1, (200, 1))
    (same,), (doubled,) = compared(["n"], values, values), compared(["n"], 2 * values, values)
    assert same.near
    assert same.covered
    assert not doubled.near
    assert not doubled.covered


@pytest.mark.skipif(not (REAL / "index.csv").exists(), reason="the real scans are not distributed")
def test_real_pairs_lie_on_the_same_grid() -> None:
    pair = next(real_pairs(False))
    assert pair.anterior.shape == pair.posterior.shape == (ROWS, COLS)

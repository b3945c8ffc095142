"""Counts are Poisson, white, and unchanged where nothing changed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from app.simulator.noise import poisson_counts, recounted
from tests.simulator.coarse import scan


@pytest.mark.parametrize(("before", "after"), [(5.0, 9.0), (9.0, 5.0), (20.0, 0.5), (0.02, 3.0)])
def test_recounting_gives_poisson_counts_of_the_new_expectation(before: float, after: float) -> None:
    old = np.full((300, 300), before, np.float32)
    new = np.full((300, 300), after, np.float32)
    counts = poisson_counts(old, np.random.default_rng(1))
    again = recounted(counts, old, new, np.random.default_rng(2)).astype(float)
    assert again.mean() == pytest.approx(after, rel=0.02)
    assert again.var() / again.mean() == pytest.approx(1.0, abs=0.03)


def test_recounting_leaves_alone_what_did_not_change() -> None:
    old = np.full((100, 100), 7.0, np.float32)
    new = old.copy()
    new[40:60, 40:60] = 30
    counts = poisson_counts(old, np.random.default_rng(1))
    again = recounted(counts, old, new, np.random.default_rng(2))
    outside = np.ones(old.shape, dtype=bool)
    outside[40:60, 40:60] = False
    assert np.array_equal(again[outside], counts[outside])
    assert again[40:60, 40:60].mean() > 25


def test_a_scan_s_noise_is_poisson_and_white() -> None:
    shown = scan(1)
    inside = shown.expected[0] > 4
    residual = (shown.counts[0] - shown.expected[0]) / np.sqrt(shown.expected[0])
    assert residual[inside].var() == pytest.approx(1.0, abs=0.03)
    core = ndimage.binary_erosion(inside)
    neighbour = np.roll(residual, 1, axis=1)
    assert np.corrcoef(residual[core], neighbour[core])[0, 1] == pytest.approx(0.0, abs=0.02)

"""The threshold contour against foci whose contours are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation.contour import isocontour
from app.annotation.geometry import area, contains, from_mask, repair, to_mask


def focus(
    x: float, y: float, sigma: float, height: float = 1000, shape: tuple[int, int] = (120, 100)
) -> np.ndarray:
    """A round Gaussian focus on nothing, float32."""
    rows, cols = np.mgrid[: shape[0], : shape[1]] + 0.5
    return (height * np.exp(-((cols - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))).astype(np.float32)


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_the_contour_of_a_gaussian_focus_has_its_radius(share: float) -> None:
    found = isocontour(focus(50.5, 60.5, 6), 50.5, 60.5, share)
    assert found is not None
    radius = 6 * math.sqrt(-2 * math.log(share))
    distance = np.hypot(*(found.vertices - (50.5, 60.5)).T)
    assert distance == pytest.approx(np.full(len(distance), radius), abs=0.3)
    assert area(found.vertices) == pytest.approx(math.pi * radius**2, rel=0.05)
    assert (found.maximum, found.level, found.whole) == (1000, pytest.approx(share * 1000), True)


@given(st.floats(20, 80), st.floats(20, 100), st.floats(1.5, 9), st.floats(0.2, 0.9))
def test_it_is_an_outline_that_can_be_edited_and_holds_the_focus(
    x: float, y: float, sigma: float, share: float
) -> None:
    found = isocontour(focus(x, y, sigma), x, y, share)
    assert found is not None
    assert len(repair(found.vertices)) >= 3
    assert contains(found.vertices, math.floor(x) + 0.5, math.floor(y) + 0.5)


def turns(vertices: np.ndarray) -> float:
    """How many times an outline turns round altogether: once where it is convex."""
    steps = np.diff(np.vstack([vertices, vertices[:1]]), axis=0)
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    turned = (np.diff(np.append(angles, angles[0])) + np.pi) % (2 * np.pi) - np.pi
    return float(np.abs(turned).sum() / (2 * np.pi))


@pytest.mark.parametrize("seed", range(8))
def test_the_contour_of_a_noisy_focus_is_smooth_and_holds_exactly_its_pixels(seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(focus(30.5, 30.5, 5, 60, (60, 60)) + 20).astype(np.float32)
    found = isocontour(counts, 30.5, 30.5, 0.45)
    assert found is not None
    (above,) = (ring for ring in from_mask(_part(counts >= found.level)) if contains(ring, 30.5, 30.5))
    assert np.array_equal(to_mask(found.vertices, counts.shape), to_mask(above, counts.shape))
    assert turns(found.vertices) < 0.85 * turns(above)


def _part(mask: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    return np.asarray(parts == parts[30, 30])


def test_a_click_beside_the_focus_finds_its_maximum() -> None:
    found = isocontour(focus(50.5, 60.5, 3), 52, 59)
    assert found is not None
    assert found.maximum == 1000


def test_the_box_grows_with_the_focus() -> None:
    found = isocontour(focus(50.5, 60.5, 14), 50.5, 60.5)
    assert found is not None
    assert found.whole
    assert np.ptp(found.vertices[:, 0]) == pytest.approx(2 * 14 * math.sqrt(-2 * math.log(0.4)), abs=1)


def test_a_focus_that_does_not_end_says_so() -> None:
    counts = focus(50.5, 60.5, 4) + 600
    found = isocontour(counts, 50.5, 60.5, 0.3)
    assert found is not None
    assert not found.whole
    higher = isocontour(counts, 50.5, 60.5, 0.7)
    assert higher is not None
    assert higher.whole


def test_two_foci_are_told_apart_where_the_valley_is_deep_enough() -> None:
    counts = focus(40.5, 60.5, 4) + focus(60.5, 60.5, 4)
    one = isocontour(counts, 40.5, 60.5, 0.5)
    assert one is not None
    assert not contains(one.vertices, 60.5, 60.5)


def test_a_focus_at_the_edge_stays_on_the_image() -> None:
    found = isocontour(focus(1.5, 2.5, 5), 1.5, 2.5)
    assert found is not None
    assert found.vertices.min() >= 0
    assert found.whole


def test_nothing_has_no_contour() -> None:
    assert isocontour(np.zeros((50, 40), np.float32), 20, 20) is None

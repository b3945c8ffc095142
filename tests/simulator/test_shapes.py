"""Solids are filled evenly: their volume, middle and extent are those of geometry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.simulator.shapes import Solid, cylinder, ellipsoid, jittered, sheet, smooth_path, tube, unit_cube

LENGTH = st.floats(0.3, 9.0)


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def weighted_mean(solid: Solid) -> np.ndarray:
    return np.asarray((solid.xyz * solid.volume[:, None]).sum(axis=0) / solid.volume.sum())


@settings(max_examples=30, deadline=None)
@given(a=LENGTH, b=LENGTH, c=LENGTH, shell=st.floats(0.0, 0.95))
def test_an_ellipsoid_has_its_volume_and_extent(a: float, b: float, c: float, shell: float) -> None:
    solid = ellipsoid(2000, (a, b, c), rng(), shell=shell)
    assert solid.volume.sum() == pytest.approx(4 / 3 * np.pi * a * b * c * (1 - shell**3), rel=1e-3)
    unit = np.linalg.norm(solid.xyz / np.array([a, b, c]), axis=1)
    assert unit.max() <= 1 + 1e-4
    assert unit.min() >= shell - 1e-3
    assert np.abs(weighted_mean(solid) / np.array([a, b, c])).max() < 0.03


@settings(max_examples=30, deadline=None)
@given(length=st.floats(5, 40), radius=st.floats(0.3, 2.5), shell=st.floats(0.0, 0.9))
def test_a_straight_tube_has_its_volume_and_stays_within_its_radius(
    length: float, radius: float, shell: float
) -> None:
    solid = tube(2000, [[1, 0, 0], [1, length / 2, 0], [1, length, 0]], radius, rng(), shell=shell)
    assert solid.volume.sum() == pytest.approx(np.pi * radius**2 * (1 - shell**2) * length, rel=1e-2)
    away = np.hypot(solid.xyz[:, 0] - 1, solid.xyz[:, 2])
    assert away.max() <= radius * (1 + 1e-4)
    assert away.min() >= shell * radius * (1 - 1e-3) - 1e-4
    assert weighted_mean(solid) == pytest.approx([1, length / 2, 0], abs=0.05 * length)


def test_a_widening_tube_holds_more_where_it_is_wide() -> None:
    solid = tube(4000, [[0, 0, 0], [0, 10, 0]], [1.0, 3.0], rng())
    upper, lower = solid.xyz[:, 1] < 5, solid.xyz[:, 1] >= 5
    assert solid.volume[lower].sum() > 2 * solid.volume[upper].sum()


def test_a_flat_tube_is_thin_across_its_flat_axis() -> None:
    solid = tube(3000, [[0, 0, 0], [10, 0, 0], [20, 0, 0]], 1.0, rng(), flat=0.3, flat_axis=(0, 1, 0))
    assert np.ptp(solid.xyz[:, 1]) == pytest.approx(0.6, rel=0.05)
    assert np.ptp(solid.xyz[:, 2]) == pytest.approx(2.0, rel=0.05)


def test_a_sheet_spans_its_edges() -> None:
    solid = sheet(3000, [[0, 0, 0], [10, 0, 0]], [[0, 5, 0], [10, 5, 0]], 0.5, rng())
    assert solid.volume.sum() == pytest.approx(10 * 5 * 0.5, rel=0.02)
    assert weighted_mean(solid) == pytest.approx([5, 2.5, 0], abs=0.1)


def test_a_cylinder_has_its_height_and_its_waist() -> None:
    solid = cylinder(6000, 2.0, 3.0, 1.5, rng(), waist=0.2)
    assert np.ptp(solid.xyz[:, 1]) == pytest.approx(3.0, rel=0.02)
    middle = np.abs(solid.xyz[:, 1]) < 0.1
    assert np.abs(solid.xyz[middle, 0]).max() == pytest.approx(1.6, rel=0.03)


def test_points_fill_the_cube_evenly_and_differ_from_call_to_call() -> None:
    generator = rng()
    first, second = unit_cube(4096, generator), unit_cube(4096, generator)
    boxes = np.histogramdd(first, bins=(4, 4, 4), range=[(0, 1)] * 3)[0]
    assert boxes.min() > 40
    assert boxes.max() < 88
    assert not np.allclose(first, second)


def test_a_long_tube_shows_no_rings() -> None:
    solid = tube(2500, [[0, 0, 0], [0, 19, 0.5], [0, 38, 0]], 1.2, rng(), shell=0.35)
    edge = np.abs(solid.xyz[:, 0]) > 0.9  # rings show at the margins of a shaft
    counts = np.histogram(solid.xyz[edge, 1], bins=38)[0]
    assert counts.std() < 1.2 * np.sqrt(counts.mean())


def test_a_smooth_path_goes_through_its_points() -> None:
    points = np.array([[0, 0, 0], [1, 2, 0], [3, 3, 1], [4, 0, 2]], dtype=float)
    curve = smooth_path(points)
    for point in points:
        assert np.linalg.norm(curve - point, axis=1).min() < 1e-9


def test_jitter_moves_points_by_at_most_a_millimetre_or_so() -> None:
    xyz = np.zeros((500, 3), dtype=np.float32)
    assert 0.0 < np.abs(jittered(xyz, rng())).max() <= 0.12

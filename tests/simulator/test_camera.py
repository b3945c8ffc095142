"""The physics of the camera: attenuation, blur with distance, scatter, conservation of counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.simulator.camera import (
    LAYER_MIDS_CM,
    LAYERS,
    Camera,
    SeenPoints,
    primary_image,
    scattered,
    see,
    soft_image,
)
from app.simulator.field import COLS, PIXEL_CM, ROWS, coarse_axes, pixel_of
from app.simulator.tissue import LUNG_MU, depths
from tests.simulator.coarse import body


def camera() -> Camera:
    return Camera.sample(np.random.default_rng(2))


def points_at(pixels: np.ndarray, layer: int) -> SeenPoints:
    both = np.stack([pixels, pixels]).astype(np.int32)
    return SeenPoints(both, np.ones(both.shape, np.float32), np.full(both.shape, layer, np.uint8))


@pytest.mark.parametrize("layer", range(LAYERS))
def test_a_point_is_blurred_by_the_collimator_formula_of_its_distance(layer: int) -> None:
    shown = primary_image(camera(), points_at(np.array([500 * COLS + 128]), layer), np.ones(1, np.float32), 0)
    shown = shown[475:526, 103:154].astype(np.float64)
    row, col = np.mgrid[-25:26, -25:26]
    total = shown.sum()
    sigma = np.sqrt((shown * col**2).sum() / total) * PIXEL_CM
    assert 2.3548 * sigma == pytest.approx(camera().fwhm(LAYER_MIDS_CM[layer]), rel=0.03)
    assert np.sqrt((shown * row**2).sum() / total) * PIXEL_CM == pytest.approx(sigma, rel=0.02)


def test_resolution_is_that_of_the_published_collimators() -> None:
    """GE LEHR: 4.2 mm at contact, 7.3 at 10 cm with 3.8 mm intrinsic resolution and 8 mm gap."""
    ge = replace(camera(), hole=0.15, hole_length=3.5, intrinsic=0.38, gap=0.8)
    assert ge.fwhm(0.0) == pytest.approx(0.42, abs=0.01)
    assert ge.fwhm(10.0) == pytest.approx(0.73, abs=0.01)
    assert ge.fwhm(20.0) == pytest.approx(1.14, abs=0.02)


def test_blurring_keeps_the_counts() -> None:
    rng = np.random.default_rng(1)
    seen = points_at(rng.integers(300 * COLS, 700 * COLS, 500), 0)
    seen = SeenPoints(seen.pixel, seen.gain, rng.integers(0, LAYERS, (2, 500)).astype(np.uint8))
    activity = rng.random(500).astype(np.float32)
    image = primary_image(camera(), seen, activity, 1)
    assert image.sum() * PIXEL_CM**2 == pytest.approx(activity.sum(), rel=1e-3)


def test_tissue_attenuates_exponentially_and_both_views_share_the_thickness() -> None:
    here = body(1)
    middle = here.skeleton.vertebrae[21].astype(np.float32)
    column = middle + np.array([[0, 0, z] for z in (-6, -3, 0, 3)], dtype=np.float32)
    seen = see(here.camera, here.tissue, here.place, column)
    mu = here.camera.mu
    assert np.diff(np.log(seen.gain[0])) == pytest.approx([-3 * mu] * 3, rel=0.02)
    assert np.diff(np.log(seen.gain[1])) == pytest.approx([3 * mu] * 3, rel=0.02)
    ahead, behind, _ = depths(here.tissue, *here.place.lay(column), 0)
    assert ahead + behind == pytest.approx(np.full(4, float(ahead[0] + behind[0])), rel=0.01)
    assert (ahead + behind)[0] == pytest.approx(here.tissue.thickness.max(), rel=0.4)


def test_the_lungs_let_more_through() -> None:
    here = body(1)
    notch = here.skeleton.landmark("sternal notch", 1)
    points = np.array([[6.0, notch[1] + 9, 0.0], [6.0, notch[1] + 26, 0.0]], dtype=np.float32)
    x, y, z = here.place.lay(points)
    ahead, _, _ = depths(here.tissue, x, y, z, 0)
    without = replace(here.tissue, lung=(0.0, 0.0, 0.0, 0.0))
    plain, _, _ = depths(without, x, y, z, 0)
    assert ahead[0] == pytest.approx(LUNG_MU * plain[0], rel=1e-4)
    assert ahead[1] == pytest.approx(plain[1])


def test_the_posterior_view_is_seen_from_behind() -> None:
    left = np.array([[10.0, 80.0, 0.0]], dtype=np.float32)
    x, y, _ = left.T
    row, col = pixel_of(x, y, 0)
    back_row, back_col = pixel_of(x, y, 1)
    assert row == back_row
    assert col[0] > COLS // 2 > back_col[0]
    assert col[0] + back_col[0] == COLS - 1


def test_what_lies_in_front_is_brighter_and_sharper_in_front() -> None:
    here = body(2)
    sternum = (here.skeleton.landmark("sternal notch", 1) + np.array([0, 6, -1])).astype(np.float32)[None]
    spinous = (here.skeleton.vertebrae[12] + np.array([0, 0, 4])).astype(np.float32)[None]
    front, back = (see(here.camera, here.tissue, here.place, p) for p in (sternum, spinous))
    assert front.gain[0, 0] > 1.5 * front.gain[1, 0]
    assert back.gain[1, 0] > 1.5 * back.gain[0, 0]
    assert front.layer[0, 0] < front.layer[1, 0]
    assert back.layer[1, 0] < back.layer[0, 0]


def test_scatter_is_a_share_of_the_primary_and_stays_in_the_body() -> None:
    here = body(3)
    glow = scattered(here.camera, here.tissue, here.primary[0], 0)
    share = glow.sum() / here.primary[0].sum()
    assert 0.3 * here.camera.scatter < share < here.camera.scatter
    inside = glow[here.primary[0] > np.percentile(here.primary[0], 80)].mean()
    outside = glow[:, :8].mean()
    assert outside < 0.05 * inside


def test_scatter_does_not_come_in_again_on_the_other_side() -> None:
    here = body(3)
    head = np.zeros((ROWS, COLS), np.float32)
    head[20:60, 100:156] = 100
    glow = scattered(here.camera, here.tissue, head, 0)
    assert np.abs(glow[-200:]).max() < 1e-4 * glow.max()


def test_soft_tissue_shines_as_its_thickness_says() -> None:
    here = body(3)
    mu = here.camera.mu
    y, x = coarse_axes()
    soft = here.tissue.soft[1]
    row = int(np.argmin(np.abs(y - (here.place.top + here.skeleton.landmark("knee", 1)[1] - 20))))
    col = int(soft[row].argmax())
    thick = here.tissue.thickness[row, col]
    closed = (1 - np.exp(-mu * thick)) / mu
    assert 0.01 < soft[row, col] / closed < 0.15
    assert soft_image(here.camera, here.tissue, 0).shape == (ROWS, COLS)
    assert abs(x[col]) < 25


def test_points_outside_the_field_are_lost_not_wrapped() -> None:
    here = body(1)
    far = np.array([[40.0, 80.0, 0.0], [0.0, 400.0, 0.0], [0.0, -60.0, 0.0]], dtype=np.float32)
    assert (see(here.camera, here.tissue, here.place, far).pixel == -1).all()

"""How the recipes that draw prepare a scan, on the real scan and on drawn ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import AppError
from app.learning.normalise import body_rows
from app.learning.recipe import LabelMaps
from app.learning.recipes.double_unet import BASELINE, OTSU
from app.learning.recipes.double_unet_input import body_of, double_unet_input, otsu
from app.learning.recipes.four_strips import four_strips, four_strips_target
from app.scan.read import read_scan
from app.scan.scan import Scan, View, ViewName
from app.scan.window import auto_level
from tests.scan.nm_files import LOSSLESS

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
needs_real = pytest.mark.skipif(not LOSSLESS.exists(), reason="the lossless whole-body scan is not at hand")


def body(top: int = 60, rows: int = 800, level: float = 20.0, shape: tuple[int, int] = (1024, 256)) -> Scan:
    counts = np.zeros(shape, np.float32)
    counts[top : top + rows, shape[1] // 4 : 3 * shape[1] // 4] = level
    counts[top : top + 20, shape[1] // 4 : shape[1] // 4 + 20] = 3 * level
    return Scan("case", View(ANT, counts), View(POST, counts[:, ::-1].copy()))


@needs_real
def test_otsu_on_raw_counts_loses_half_the_body_of_the_real_scan_and_on_logs_keeps_it() -> None:
    counts = read_scan(LOSSLESS).views[0].counts
    raw = otsu(counts)
    assert raw == pytest.approx(25, abs=1)
    assert (counts > raw).mean() == pytest.approx(0.226, abs=0.006)
    on_logs = np.expm1(otsu(np.log1p(counts)))
    assert on_logs == pytest.approx(4, abs=0.1)
    assert body_of(counts).mean() == pytest.approx(0.413, abs=0.006)  # a smoothed body mask holds 42 %


@needs_real
def test_the_real_scan_keeps_its_brightness_and_is_cut_above_the_knee() -> None:
    scan = read_scan(LOSSLESS)
    made = double_unet_input(scan)
    counts = scan.views[0].counts
    assert made.image.shape == (1, 640, 512)
    assert counts.mean() == pytest.approx(13.7, abs=0.1)
    first, last = body_rows(counts)
    assert 740 <= last - first <= 790
    top = round(made.frames[0].source[0])
    part = made.image[0, : 640 - max(-top, 0), :256]
    factor = part.sum() / counts[max(top, 0) : top + 640].sum()
    assert 0.9 < factor <= 1.0
    assert made.image[0, :, 256:].max() == 0  # it has no posterior view


@given(st.floats(0.01, 300), st.integers(20, 200))
@settings(max_examples=8)
def test_the_mean_of_a_view_ends_between_7_and_14(level: float, top: int) -> None:
    scan = body(top=top, level=level)
    before = double_unet_input(scan)
    mean = before.image[0, :, :256].sum() / (950 * 256) * 800 / (640 - 75)
    assert 6 < mean < 16


def test_the_body_is_centred_in_950_rows_of_which_640_are_kept() -> None:
    frame = double_unet_input(body(top=60, rows=800)).frames[0]
    assert frame.source == (60 + 400 - 475, 0, 60 + 400 - 475 + 640, 256)
    assert double_unet_input(body(top=100, rows=800)).frames[1].target == (0, 256, 640, 512)


def test_a_matrix_of_twice_the_size_gives_the_same_picture() -> None:
    scan = body()
    finer = [np.kron(view.counts, np.ones((2, 2), np.float32)) for view in scan.views]
    twice = Scan("twice", View(ANT, finer[0]), View(POST, finer[1]))
    assert np.allclose(double_unet_input(scan).image, double_unet_input(twice).image, rtol=1e-4, atol=1e-4)


def test_what_is_drawn_on_the_picture_comes_back_to_the_views() -> None:
    scan = body()
    lesion = np.zeros((1024, 256), np.uint8)
    lesion[300:310, 100:112] = 1
    lesion[500:510, 100:112] = 2
    made = OTSU.prepare(scan)
    target = OTSU.target(LabelMaps({POST: lesion}), made)
    assert target is not None
    back = made.back(target)
    assert np.array_equal(back[POST] > 0.5, lesion == 1)
    assert back[ANT].max() == 0


def test_a_scan_without_views_is_refused_in_one_sentence() -> None:
    for prepare in (double_unet_input, four_strips, BASELINE.prepare):
        with pytest.raises(AppError, match="has no view"):
            prepare(Scan("empty"))


def test_an_even_picture_has_no_body() -> None:
    assert not body_of(np.zeros((8, 8), np.float32)).any()


def test_four_strips_hold_both_views_light_and_dark() -> None:
    counts = np.full((1024, 256), 20, np.float32)
    counts[:, :90] = 10
    scan = Scan("case", View(ANT, counts), View(POST, counts[:, ::-1].copy()))
    upper = auto_level([view.counts for view in scan.views]).upper
    image = four_strips(scan).image[0]
    assert image.shape == (1024, 1024)
    assert image[500, 100] == pytest.approx(20 / upper)
    assert image[500, 612] == pytest.approx(min(20 / (0.45 * upper), 1))
    assert image[300, 70] < image[300, 100]
    assert image[300, 256 + 185] < image[300, 256 + 150]  # the posterior view is mirrored
    assert image.max() <= 1


def test_the_target_of_four_strips_is_the_same_on_light_and_dark() -> None:
    lesion, organ = np.zeros((1024, 256), np.uint8), np.zeros((1024, 256), np.uint8)
    lesion[300:310, 100:112], organ[450:470, 110:140] = 1, 4
    made = four_strips(body())
    target = four_strips_target(LabelMaps({ANT: lesion}, {ANT: organ}), made)
    assert np.array_equal(target[..., :512], target[..., 512:])
    assert np.array_equal(made.back(target[:1])[ANT] > 0.5, lesion == 1)
    assert np.array_equal(target[1, :, :256] > 0.5, organ == 4)


def test_the_papers_strips_are_the_pixels_of_the_usual_matrix() -> None:
    scan = body()
    frame = four_strips(scan).frames[0]
    assert np.array_equal(frame.into(scan.views[0].counts), scan.views[0].counts)

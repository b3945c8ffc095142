from __future__ import annotations

import numpy as np
import pytest

from app.learning.normalise import body_rows, brightness_factor, clean, min_max, thigh_counts
from app.scan.read import read_scan
from app.scan.scan import View, ViewName
from tests.scan.nm_files import LOSSLESS

real = pytest.mark.skipif(not LOSSLESS.exists(), reason="the package pydicom-data is not installed")


@pytest.fixture(scope="module")
def anterior() -> View:
    view = read_scan(LOSSLESS).anterior
    assert view is not None
    return view


def with_counts(view: View, counts: np.ndarray) -> View:
    return View(view.name, counts.astype(np.float32), view.spacing_mm)


@real
def test_the_right_thigh_of_the_real_scan_has_about_31_counts(anterior: View) -> None:
    assert thigh_counts(anterior) == pytest.approx(31, rel=0.1)


@real
def test_a_lesion_or_a_prosthesis_in_the_right_shaft_sends_to_the_left_one(anterior: View) -> None:
    before = thigh_counts(anterior)
    hot, cold = anterior.counts.copy(), anterior.counts.copy()
    hot[512:524, 72:84] *= 8
    cold[430:620, 56:100] *= 0.15
    left = anterior.counts[504:541, 172:184].mean()
    for changed in (hot, cold):
        assert thigh_counts(with_counts(anterior, changed)) == pytest.approx(left, rel=0.15)
    assert thigh_counts(with_counts(anterior, anterior.counts * 3)) == pytest.approx(3 * before, rel=0.02)


@real
def test_the_real_scan_lies_within_the_published_brightness_and_its_body_is_found(anterior: View) -> None:
    assert anterior.counts.mean() == pytest.approx(13.7, abs=0.1)
    assert brightness_factor(anterior.counts) == 1
    top, bottom = body_rows(anterior.counts)
    assert bottom - top == pytest.approx(767, abs=6)


@pytest.mark.parametrize(("mean", "after"), [(2.0, 7.0), (10.0, 10.0), (28.0, 14.0)])
def test_brightness_is_brought_to_the_nearer_edge_of_7_to_14(mean: float, after: float) -> None:
    image = np.full((8, 8), mean, np.float32)
    assert (image * brightness_factor(image)).mean() == pytest.approx(after)


def test_an_empty_view_is_left_as_it_is() -> None:
    empty = np.zeros((1024, 256), np.float32)
    assert thigh_counts(View(ViewName.POSTERIOR, empty)) == 1
    assert brightness_factor(empty) == 1
    assert body_rows(empty) == (0, 1024)
    assert (min_max(empty) == 0).all()


def test_min_max_fills_0_to_1_and_undefined_counts_count_as_air() -> None:
    image = np.array([[3.0, 5.0], [np.nan, -2.0]], np.float32)
    assert clean(image).tolist() == [[3, 5], [0, 0]]
    assert min_max(clean(image)).ravel().tolist() == pytest.approx([0.6, 1, 0, 0])


def test_the_body_is_the_longest_run_of_lit_rows() -> None:
    counts = np.zeros((1000, 10), np.float32)
    counts[20:24], counts[100:400], counts[405:800] = 9, 9, 9
    assert body_rows(counts) == (100, 800)


@real
def test_thighs_that_are_not_to_be_seen_leave_the_median_of_the_body(anterior: View) -> None:
    hidden = anterior.counts.copy()
    hidden[440:590] = 0  # lead or a prosthesis on both sides, or no counts
    body = hidden[hidden > 0]
    assert 0.3 * np.median(body) < thigh_counts(with_counts(anterior, hidden)) < 3 * np.median(body)


@real
@pytest.mark.parametrize(
    ("hidden", "hot"), [((56, 130), (172, 184)), ((130, 200), (72, 84))], ids=["right", "left"]
)
def test_a_lesion_in_the_only_shaft_that_is_seen_is_no_measure(
    anterior: View, hidden: tuple[int, int], hot: tuple[int, int]
) -> None:
    counts = anterior.counts.copy()
    counts[440:620, slice(*hidden)] = 0
    counts[505:540, slice(*hot)] *= 8
    body = counts[counts > 0]
    assert thigh_counts(with_counts(anterior, counts)) < 3 * np.median(body)

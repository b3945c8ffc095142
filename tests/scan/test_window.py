"""Counts to grey: quantisation, curves, look-up tables, first levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.scan.palettes import palette
from app.scan.window import (
    CURVES,
    Levels,
    apply_curve,
    auto_level,
    gamma_of,
    histogram,
    lookup_table,
    to_index,
)
from tests.scan.nm_files import LOSSLESS

GREY = palette("grey")

finite_counts = hnp.arrays(
    np.float32, (5, 7), elements=st.floats(-1000, 70_000, width=32, allow_nan=False, allow_infinity=False)
)
whole_counts = hnp.arrays(np.float32, (6, 4), elements=st.integers(-500, 60_000).map(float))


@given(whole_counts)
def test_whole_counts_keep_every_value(counts: np.ndarray) -> None:
    indexed = to_index(counts)
    assert indexed.index.dtype == np.uint16
    assert np.array_equal(indexed.counts[indexed.index], counts)


@given(finite_counts)
def test_fractional_and_negative_counts_are_off_by_at_most_half_a_step(counts: np.ndarray) -> None:
    indexed = to_index(counts)
    shown = indexed.first + indexed.step * indexed.index.astype(np.float64)
    assert indexed.index.max() < indexed.size
    assert np.abs(shown - counts).max() <= indexed.step / 2 * 1.0001


def test_a_flat_fractional_image_is_quantised() -> None:
    indexed = to_index(np.full((3, 3), 0.25, np.float32))
    assert (indexed.counts[indexed.index] == np.float32(0.25)).all()


def test_pixels_without_a_number_are_shown_as_the_extremes() -> None:
    counts = np.array([[np.nan, -np.inf, np.inf, 3, 7]], np.float32)
    indexed = to_index(counts)
    assert indexed.counts[indexed.index].tolist() == [[3, 3, 7, 3, 7]]


def test_an_image_with_nothing_finite_is_quantised() -> None:
    assert to_index(np.full((2, 2), np.nan, np.float32)).size == 1


@given(finite_counts, st.floats(-100, 5000), st.floats(0.5, 20_000), st.sampled_from(CURVES), st.booleans())
def test_more_counts_are_never_lighter_in_inverse_grey(
    counts: np.ndarray, lower: float, span: float, curve: str, inverted: bool
) -> None:
    table = lookup_table(to_index(counts), Levels(lower, lower + span), curve, inverted, GREY)
    steps = np.diff(table[:, 0].astype(int))
    assert (steps <= 0).all() if inverted else (steps >= 0).all()


def test_inverse_grey_is_white_below_the_lower_level_and_black_above_the_upper() -> None:
    counts = np.arange(0, 201, dtype=np.float32)[None, :]
    table = lookup_table(to_index(counts), Levels(50, 150), "linear", True, GREY)
    assert (table[:51] == 255).all()
    assert (table[150:] == 0).all()
    assert table[100, 0] == 127  # 255 * (1 - 0.5), rounded down


@pytest.mark.parametrize("curve", [*CURVES, "gamma 0.30", "gamma 3.00"])
def test_every_curve_keeps_both_ends(curve: str) -> None:
    ends = apply_curve(np.array([0, 1], np.float32), curve)
    assert ends == pytest.approx([0, 1], abs=1e-6)


def test_the_curves_are_the_published_formulas() -> None:
    half = np.array([0.5], np.float32)
    assert apply_curve(half, "square root")[0] == pytest.approx(0.5**0.5)
    assert apply_curve(half, "log")[0] == pytest.approx(np.log(11) / np.log(21))
    assert apply_curve(half, "gamma 2.00")[0] == pytest.approx(0.25)


def test_an_unknown_curve_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown transfer curve"):
        apply_curve(np.zeros(1, np.float32), "cubic")
    assert gamma_of("gamma 9.00") is None
    assert gamma_of("log") is None


@pytest.mark.parametrize(("lower", "upper"), [(5, 5), (6, 5), (0, np.inf), (np.nan, 3)])
def test_levels_that_cannot_be_are_an_error(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="levels"):
        Levels(lower, upper)


@given(st.floats(-100, 1000), st.floats(0.001, 1000))
def test_the_dark_copy_has_levels_that_can_be(lower: float, span: float) -> None:
    assert Levels(lower, lower + span).dark.upper > lower


def test_the_dark_copy_ends_at_45_percent() -> None:
    dark = Levels(0, 120).dark
    assert (dark.lower, dark.upper) == (0, pytest.approx(54))


def phantom(bladder: float = 0.0) -> np.ndarray:
    counts = np.zeros((1024, 256), np.float32)
    counts[90:850, 30:225] = 20
    counts[150:800, 120:135] = 100
    counts[410:435, 120:145] += bladder
    return np.random.default_rng(3).poisson(counts).astype(np.float32)


def test_a_full_bladder_does_not_move_the_first_levels() -> None:
    empty, full = auto_level([phantom()]), auto_level([phantom(bladder=3000)])
    assert full.upper == pytest.approx(empty.upper, rel=0.03)
    assert empty.lower == 0


def test_an_injection_site_does_not_move_the_first_levels() -> None:
    counts = phantom()
    counts[400:420, 35:45] = 5000
    assert auto_level([counts]).upper == pytest.approx(auto_level([phantom()]).upper, rel=0.03)


@pytest.mark.parametrize(
    "counts",
    [np.zeros((0, 0), np.float32), np.zeros((50, 20), np.float32), np.full((50, 20), np.nan, np.float32)],
)
def test_an_empty_image_gets_levels_all_the_same(counts: np.ndarray) -> None:
    assert auto_level([counts]) == Levels(0, 1)
    assert auto_level([]) == Levels(0, 1)


@given(hnp.arrays(np.float32, (12, 9), elements=st.floats(-50, 1e6, width=32)))
def test_first_levels_exist_for_any_image(counts: np.ndarray) -> None:
    levels = auto_level([counts])
    assert levels.upper > levels.lower


@pytest.mark.skipif(not LOSSLESS.exists(), reason="the lossless whole-body scan is not at hand")
def test_the_first_upper_level_of_the_real_scan_leaves_its_bladder_out() -> None:
    import pydicom

    counts = pydicom.dcmread(LOSSLESS).pixel_array.astype(np.float32)
    assert auto_level([counts]) == Levels(0, 120)
    body = counts[counts > 5]
    assert np.percentile(body, 99.5) > 130


def test_the_histogram_counts_every_pixel_once() -> None:
    counts = np.array([[0, 0, 3], [7, 7, 900]], np.float32)
    found = histogram([counts, counts])
    assert found.number.sum() == 12
    assert found.number[7] == 4
    assert found.edges[0] == -0.5


@given(finite_counts)
def test_the_histogram_holds_fractional_and_negative_counts(counts: np.ndarray) -> None:
    found = histogram([counts])
    assert found.number.sum() == counts.size
    assert len(found.edges) == len(found.number) + 1

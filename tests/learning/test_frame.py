"""From a view into a net's input and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learning.frame import ViewFrame, whole
from app.scan.scan import ViewName

sizes = st.tuples(st.integers(4, 60), st.integers(4, 40))


def frame(shape: tuple[int, int], target: tuple[int, int], **more: object) -> ViewFrame:
    made = whole(ViewName.ANTERIOR, shape, (0, 0, *target))
    return ViewFrame(made.view, made.shape, made.source, made.target, **more)  # type: ignore[arg-type]


@given(sizes, sizes, st.integers(0, 2**32 - 1))
def test_averaging_keeps_the_mean_of_the_counts(
    shape: tuple[int, int], target: tuple[int, int], seed: int
) -> None:
    counts = np.random.default_rng(seed).uniform(0, 100, shape).astype(np.float32)
    assert frame(shape, target).into(counts).mean() == pytest.approx(counts.mean(), rel=1e-4)


@given(sizes, sizes)
def test_an_even_view_stays_even_both_ways(shape: tuple[int, int], target: tuple[int, int]) -> None:
    made = frame(shape, target).into(np.full(shape, 7.0, np.float32))
    assert made == pytest.approx(np.full(target, 7.0), rel=1e-5)
    assert frame(shape, target).back(made) == pytest.approx(np.full(shape, 7.0), rel=1e-5)


@given(st.integers(8, 50), st.integers(8, 50), st.booleans(), st.data())
def test_a_spot_comes_back_to_where_it_was(rows: int, cols: int, mirrored: bool, data: st.DataObject) -> None:
    row, col = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, cols - 1))
    view = np.zeros((rows, cols), np.float32)
    view[row, col] = 1
    there = frame((rows, cols), (2 * rows, 2 * cols), mirrored=mirrored)
    back = there.back(there.into(view))
    assert np.unravel_index(back.argmax(), back.shape) == (row, col)


def test_a_mirrored_view_has_its_left_on_the_right() -> None:
    view = np.zeros((4, 6), np.float32)
    view[:, 0] = 1
    assert frame((4, 6), (4, 6), mirrored=True).into(view)[:, -1] == pytest.approx(np.ones(4))


def test_what_lies_outside_the_view_is_air() -> None:
    wide = ViewFrame(ViewName.ANTERIOR, (10, 10), (-10.0, 0.0, 20.0, 10.0), (0, 0, 30, 10))
    made = wide.into(np.ones((10, 10), np.float32))
    assert made.sum(axis=1) == pytest.approx([0] * 10 + [10] * 10 + [0] * 10)
    assert wide.back(made) == pytest.approx(np.ones((10, 10)))


def test_a_frame_fills_its_own_box_of_its_own_plane() -> None:
    right = ViewFrame(ViewName.POSTERIOR, (4, 4), (0.0, 0.0, 4.0, 4.0), (0, 4, 4, 8), plane=0)
    plane = np.zeros((4, 8), np.float32)
    plane[:, 4:] = 3
    assert right.back(plane) == pytest.approx(np.full((4, 4), 3.0))


def test_the_share_that_a_mask_covers_counts_its_pixels() -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[2:4, 2:4] = 1
    assert frame((8, 8), (4, 4)).covered(mask).sum() == pytest.approx(1.0)

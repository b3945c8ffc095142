"""A net's maps in the pixels of the views: in the right place, the right way round, between 0 and 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learning.frame import whole
from app.learning.maps import attention_maps, drawn_planes, resized
from app.learning.recipe import Input
from app.learning.recipes.mirrored_input import mirrored_input
from app.scan.scan import ViewName
from tests.learning.toy_scans import toy_scan

A, P = ViewName.ANTERIOR, ViewName.POSTERIOR


def test_a_hot_input_pixel_is_hot_at_its_place_on_each_view() -> None:
    scan = toy_scan(1, True)
    made = mirrored_input(scan)
    spot = np.zeros(made.image.shape[1:], np.float32)
    spot[200:203, 80:83] = 1.0
    maps = attention_maps(spot, made)
    assert maps[A].max() == pytest.approx(1.0, abs=0.05)
    for view, frame in zip((A, P), made.frames, strict=True):
        row, col = np.unravel_index(int(maps[view].argmax()), maps[view].shape)
        back = np.zeros(frame.shape, np.float32)
        back[row, col] = 1.0
        into = np.unravel_index(int(frame.into(back).argmax()), spot.shape)
        assert abs(into[0] - 201) <= 1
        assert abs(into[1] - 81) <= 1


def test_planes_of_one_picture_and_of_one_plane_per_view_both_find_their_views() -> None:
    side = Input(
        np.zeros((1, 8, 8), np.float32),
        (whole(A, (16, 8), (0, 0, 8, 4)), whole(P, (16, 8), (0, 4, 8, 8))),
    )
    drawn = np.zeros((2, 8, 8), np.float32)
    drawn[0, :, :4], drawn[1, :, 4:] = 0.5, 0.25
    made = drawn_planes(("metastasis", "bladder"), drawn, side)
    assert made["metastasis"][A][8, 2] == pytest.approx(0.5)
    assert made["metastasis"][P][8, 5] == 0.0
    assert made["bladder"][P][8, 5] == pytest.approx(0.25)
    apart = mirrored_input(toy_scan(2, False))
    stack = np.stack([np.full(apart.image.shape[1:], value, np.float32) for value in (0.1, 0.2, 0.3, 0.4)])
    maps = drawn_planes(("metastasis", "bladder"), stack, apart)
    assert [maps[name][view].max() for name in maps for view in (A, P)] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    with pytest.raises(ValueError, match="3 planes for 2 names"):
        drawn_planes(("metastasis", "bladder"), stack[:3], apart)


@pytest.mark.parametrize("view", [A, P])
def test_planes_of_a_view_that_is_missing_are_nobodys(view: ViewName) -> None:
    """The net draws both views all the same; the one that is there keeps its own planes."""
    frame = mirrored_input(toy_scan(2, False)).frames[0 if view is A else 1]
    made = Input(np.zeros((2, 480, 128), np.float32), (frame,))
    stack = np.stack([np.full((480, 128), value, np.float32) for value in (0.1, 0.2, 0.3, 0.4)])
    maps = drawn_planes(("metastasis", "bladder"), stack, made)
    wanted = (0.1, 0.3) if view is A else (0.2, 0.4)
    assert [{name: one.max() for name, one in maps[plane].items()} for plane in maps] == [
        {view: pytest.approx(value)} for value in wanted
    ]
    looked = attention_maps(stack[0], made)
    assert set(looked) == {view}
    assert looked[view].max() == pytest.approx(1.0)


def test_attention_that_is_nowhere_stays_nowhere() -> None:
    made = mirrored_input(toy_scan(2, False))
    assert max(one.max() for one in attention_maps(np.zeros((15, 4), np.float32), made).values()) == 0.0


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_stretching_keeps_the_range_and_what_is_even(h: int, w: int, rows: int, cols: int, seed: int) -> None:
    image = np.random.default_rng(seed).random((h, w)).astype(np.float32)
    made = resized(image, rows, cols)
    assert made.shape == (rows, cols)
    assert image.min() - 1e-6 <= made.min()
    assert made.max() <= image.max() + 1e-6
    np.testing.assert_allclose(resized(np.full((h, w), 0.3, np.float32), rows, cols), 0.3, rtol=1e-6)

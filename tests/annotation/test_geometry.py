"""Areas, hits, masks and repair of outlines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.annotation.geometry import (
    area,
    clip,
    contains,
    from_mask,
    nearest_edge,
    nearest_vertex,
    region_at,
    repair,
    to_mask,
)
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import ViewName

SQUARE = np.array([[10, 10], [20, 10], [20, 20], [10, 20]], np.float64)
places = st.floats(0, 40, allow_nan=False).map(lambda value: round(value, 3))
outlines = hnp.arrays(np.float64, st.tuples(st.integers(3, 9), st.just(2)), elements=places)


def test_a_square_has_its_area_and_its_pixels() -> None:
    mask = to_mask(SQUARE, (30, 40))
    assert area(SQUARE) == 100
    assert mask.shape == (30, 40)
    assert mask.sum() == 100
    assert mask[10:20, 10:20].all()


def test_an_outline_partly_outside_marks_only_pixels_of_the_image() -> None:
    assert to_mask(SQUARE + 25, (40, 40)).sum() == 25


@given(outlines, st.floats(2, 38))
def test_outlines_sharing_an_edge_share_no_pixel_and_leave_none_out(outline: np.ndarray, cut: float) -> None:
    left = np.array([[0, 0], [cut, 0], [cut / 2 + 9, 40], [0, 40]])
    right = np.array([[cut, 0], [40, 0], [40, 40], [cut / 2 + 9, 40]])
    both = to_mask(left, (40, 40)).astype(int) + to_mask(right, (40, 40))
    assert (both == 1).all()
    # the same for an outline and what is left of a frame around it, joined along a seam
    inside = to_mask(outline, (40, 40))
    assert (to_mask(outline[::-1], (40, 40)) == inside).all()


@given(outlines)
def test_the_mask_agrees_with_the_single_point_test(outline: np.ndarray) -> None:
    mask = to_mask(outline, (40, 40))
    for row, column in [(0, 0), (13, 7), (20, 20), (39, 39)]:
        assert mask[row, column] == contains(outline, column + 0.5, row + 0.5)


@given(hnp.arrays(np.bool_, (9, 11)))
def test_outlines_of_a_mask_give_the_mask_back(mask: np.ndarray) -> None:
    from scipy.ndimage import binary_fill_holes

    assume(mask.any())
    filled = binary_fill_holes(mask)
    again = np.zeros_like(mask)
    for outline in from_mask(filled):
        again |= to_mask(outline, mask.shape)
    assert (again == filled).all()


def test_a_ring_is_outlined_once_and_filled() -> None:
    ring = np.ones((7, 7), np.bool_)
    ring[3, 3] = False
    (outline,) = from_mask(ring)
    assert to_mask(outline, (7, 7)).all()


def test_vertices_are_kept_on_the_image() -> None:
    assert clip([[-3, 4], [300, 2000]], (256, 1024)).tolist() == [[0, 4], [256, 1024]]


def test_a_sound_outline_is_left_as_it_is() -> None:
    assert np.array_equal(repair(SQUARE), SQUARE)


def test_repeated_vertices_go() -> None:
    doubled = np.repeat(SQUARE, 2, axis=0)
    assert np.array_equal(repair(np.vstack([doubled, SQUARE[:1]])), SQUARE)


@pytest.mark.parametrize("vertices", [SQUARE[:0], SQUARE[:1], SQUARE[:2], SQUARE[[0, 1, 0, 1]]])
def test_fewer_than_three_vertices_are_refused(vertices: np.ndarray) -> None:
    with pytest.raises(AppError, match="three vertices"):
        repair(vertices)


@pytest.mark.parametrize("vertices", [[[0, 0], [5, 5], [9, 9]], [[0, 0], [10, 0], [5, 0], [2, 0]]])
def test_an_outline_with_nothing_inside_is_refused(vertices: list) -> None:
    with pytest.raises(AppError, match="nothing inside"):
        repair(vertices)


def test_a_figure_of_eight_is_refused() -> None:
    with pytest.raises(AppError, match="crosses itself"):
        repair([[0, 0], [10, 10], [10, 0], [0, 10]])


def test_a_small_overshoot_at_the_end_is_mended() -> None:
    mended = repair([[0, 0], [20, 0], [20, 20], [-0.5, 20], [-0.5, 19], [0.5, -0.5]])
    assert area(mended) == pytest.approx(400, rel=0.05)
    from shapely import Polygon

    assert Polygon(mended).is_valid


@given(outlines)
def test_whatever_is_drawn_becomes_a_simple_outline_or_a_reason(outline: np.ndarray) -> None:
    from shapely import Polygon

    try:
        mended = repair(outline)
    except AppError as refused:
        assert refused.message
        assert refused.hint
    else:
        assert len(mended) >= 3
        assert Polygon(mended).is_valid
        assert np.array_equal(repair(mended), mended)


def test_the_nearest_vertex_and_edge_are_found_within_reach() -> None:
    assert nearest_vertex(SQUARE, 19, 11, 2) == 1
    assert nearest_vertex(SQUARE, 15, 15, 2) is None
    assert nearest_edge(SQUARE, 15, 21, 2) == 2
    assert nearest_edge(SQUARE, 9, 15, 2) == 3
    assert nearest_edge(SQUARE, 15, 15, 2) is None
    assert nearest_edge(SQUARE[:1], 10, 10, 2) is None


def test_of_two_nested_regions_the_smaller_is_hit() -> None:
    outer = Region(ViewName.ANTERIOR, SQUARE * 3)
    inner = Region(ViewName.ANTERIOR, SQUARE + 30)
    point = Region(ViewName.ANTERIOR, [[5, 5]])
    regions = (outer, inner, point)
    assert region_at(regions, 45, 45, 1) is inner
    assert region_at(regions, 33, 58, 1) is outer
    assert region_at(regions, 5.5, 5, 1) is point
    assert region_at(regions, 80, 80, 1) is None

"""What a stroke covers and where it may go, and lesions made larger, smaller, smooth and whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from app.annotation.annotation import Annotation
from app.annotation.contour import fenced, isocontour
from app.annotation.geometry import area, to_mask
from app.annotation.masks import union
from app.annotation.painting import (
    Reshape,
    above,
    beside,
    erase,
    outlines_of,
    reshape,
    stroke_shape,
    taken_away,
)
from app.annotation.region import Region
from app.errors import AppError
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZE = (80, 100)
SIZES = {ANT: SIZE, POST: SIZE}
SHAPE = (100, 80)


def of(*regions: Region) -> Annotation:
    return Annotation("c", "R1", regions)


def focus(x: float = 30, y: float = 40) -> np.ndarray:
    rows, cols = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    return (400 * np.exp(-((cols - x) ** 2 + (rows - y) ** 2) / (2 * 4.0**2))).astype(np.float32)


def test_only_what_is_above_a_share_is_painted_and_its_line_is_smooth() -> None:
    counts = focus()
    shape = above(stroke_shape(np.array([(30.0, 40.0)]), 15, SIZE), counts, 0.5)
    (outline,) = outlines_of(shape)
    radius = 4.0 * np.sqrt(2 * np.log(2))
    assert area(outline) == pytest.approx(np.pi * radius**2, rel=0.05)
    distances = np.hypot(*(outline - (30, 40)).T)
    assert distances.std() < 0.15


def test_a_cold_middle_stays_a_hole() -> None:
    counts = focus()
    counts[38:42, 28:32] = 0
    shape = above(stroke_shape(np.array([(30.0, 40.0)]), 15, SIZE), counts, 0.3)
    mask = np.zeros(SHAPE, bool)
    for outline in outlines_of(shape):
        mask |= to_mask(outline, SHAPE)
    assert not mask[40, 30]
    assert mask[40, 34]


def test_other_lesions_are_left_alone_or_give_way() -> None:
    mine, other = Region(ANT, disc(30, 40, 6)), Region(ANT, disc(42, 40, 6))
    before = of(mine, other)
    shape = stroke_shape(np.array([(30.0, 40.0), (45.0, 40.0)]), 4, SIZE)
    free = beside(shape, before, ANT, mine.lesion)
    assert free.intersection(Polygon(other.vertices)).area == pytest.approx(0, abs=1e-6)
    after = taken_away(before, ANT, mine.lesion, shape)
    kept = next(region for region in after.regions if region.lesion == other.lesion)
    assert Polygon(kept.vertices).intersection(shape).area < 1
    assert after.region(mine.uuid) is mine


def test_a_lesion_grows_and_shrinks_by_a_pixel_on_both_views() -> None:
    front, back = Region(ANT, disc(30, 40, 8), lesion="one"), Region(POST, disc(50, 40, 8), lesion="one")
    larger = reshape(of(front, back), [front.uuid], Reshape.GROW, SIZES)
    assert [area(region.vertices) for region in larger.regions] == pytest.approx([np.pi * 81] * 2, rel=0.02)
    smaller = reshape(larger, [back.uuid], Reshape.SHRINK, SIZES)
    assert [area(r.vertices) for r in smaller.regions] == pytest.approx([np.pi * 64] * 2, rel=0.02)
    assert {region.uuid for region in smaller.regions} == {front.uuid, back.uuid}
    with pytest.raises(AppError, match="Nothing of the lesion"):
        reshape(of(Region(ANT, disc(30, 40, 0.8), uuid="a")), ["a"], Reshape.SHRINK, SIZES)


def test_growing_stops_at_the_edge_of_the_image() -> None:
    region = Region(ANT, disc(6, 40, 5.5))
    after = reshape(of(region), [region.uuid], Reshape.GROW, SIZES)
    assert after.regions[0].vertices.min() >= 0


def test_filling_makes_one_outline_of_what_has_a_hole() -> None:
    region = Region(ANT, disc(30, 40, 10))
    with_hole = erase(of(region), region.uuid, stroke_shape(np.array([(30.0, 40.0)]), 4, SIZE))
    assert len(with_hole.regions) == 2
    (whole,) = reshape(with_hole, [region.uuid], Reshape.FILL, SIZES).regions
    assert area(whole.vertices) == pytest.approx(np.pi * 100, rel=0.02)
    assert whole.lesion == region.lesion


def test_smoothing_takes_spikes_away_and_keeps_the_rest() -> None:
    spiky = disc(30, 40, 10).copy()
    spiky[0] = (48, 40)
    region = Region(ANT, spiky)
    (smooth,) = reshape(of(region), [region.uuid], Reshape.SMOOTH, SIZES).regions
    assert smooth.vertices[:, 0].max() < 45
    assert area(smooth.vertices) == pytest.approx(np.pi * 100, rel=0.05)


@given(st.floats(0.2, 0.9))
@settings(max_examples=20, deadline=None)
def test_a_contour_keeps_to_its_side_of_a_line(share: float) -> None:
    counts = np.maximum(focus(25, 40), focus(37, 40))
    line = [(31.0, 0.0), (31.0, 99.0)]
    found = isocontour(fenced(counts, [line]), 25, 40, share)
    assert found is not None
    assert found.vertices[:, 0].max() <= 31.5
    assert fenced(counts, []) is counts


def test_strokes_never_reach_beyond_the_image() -> None:
    shape = stroke_shape(np.array([(0.0, 0.0), (80.0, 100.0)]), 12, SIZE)
    assert shape.bounds == pytest.approx((0, 0, 80, 100))
    assert union([Region(ANT, each) for each in outlines_of(shape)], SHAPE).any()

"""One focus seen from both sides is found by its mirrored place, whichever way it is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.annotation.opposite import REACH, mirrored, overlap, pairs, partner
from app.annotation.region import Region
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = {ANT: (256, 1024), POST: (256, 1024)}
places = st.tuples(st.floats(20, 236), st.floats(20, 1004))
radii = st.floats(1.0, 12.0)


def drawn(
    view: ViewName, x: float, y: float, radius: float = 6, label: str = "metastasis", lesion: str = ""
) -> Region:
    """A round region, or a point for radius 0."""
    vertices = disc(x, y, radius) if radius else np.array([(x, y)])
    return Region(view, vertices, label, **({"lesion": lesion} if lesion else {}))


@given(places, radii)
def test_mirroring_twice_gives_the_place_back(place: tuple[float, float], radius: float) -> None:
    vertices = disc(*place, radius)
    there = mirrored(vertices, (256, 1024), (200, 900))
    assert np.allclose(mirrored(there, (200, 900), (256, 1024)), vertices)


@given(places, radii, places, radii)
@settings(max_examples=60)
def test_overlap_is_the_same_from_both_sides(
    one: tuple[float, float], radius: float, other: tuple[float, float], second: float
) -> None:
    near = (one[0] + (other[0] - one[0]) / 20, one[1] + (other[1] - one[1]) / 20)
    ahead, behind = drawn(ANT, *one, radius), drawn(POST, 256 - near[0], near[1], second)
    turned = drawn(POST, *one, radius), drawn(ANT, 256 - near[0], near[1], second)
    assert overlap(ahead, behind, SIZES) == pytest.approx(overlap(behind, ahead, SIZES))
    assert overlap(ahead, behind, SIZES) == pytest.approx(overlap(*turned, SIZES), abs=1e-6)


@given(places, radii, radii, st.floats(0, 6.28), st.floats(0, 60))
@settings(max_examples=60)
def test_regions_overlap_when_the_mirrored_gap_is_within_reach(
    place: tuple[float, float], radius: float, second: float, angle: float, gap: float
) -> None:
    away = radius + second + gap
    x, y = place[0] + away * np.cos(angle), place[1] + away * np.sin(angle)
    shared = overlap(drawn(ANT, *place, radius), drawn(POST, 256 - x, y, second), SIZES)
    if gap > REACH:
        assert shared == 0
    elif gap < REACH - 0.5:  # what is drawn is a polygon inside the disc
        assert shared > 0


@given(places, radii)
def test_the_mirror_image_is_the_partner(place: tuple[float, float], radius: float) -> None:
    ahead = drawn(ANT, *place, radius)
    behind = Region(POST, mirrored(ahead.vertices, SIZES[ANT], SIZES[POST]))
    assert partner(behind, (ahead, behind), SIZES) is ahead
    assert partner(ahead, (ahead, behind), SIZES) is behind
    assert pairs((behind, ahead), SIZES) == [(ahead.lesion, behind.lesion)]


def test_points_have_partners_too() -> None:
    ahead, behind = drawn(ANT, 60, 300, 0), drawn(POST, 194, 302, 0)
    assert partner(ahead, (behind,), SIZES) is behind
    assert partner(ahead, (drawn(POST, 190, 320, 0),), SIZES) is None


def test_one_of_the_same_class_comes_before_one_that_overlaps_more() -> None:
    ahead = drawn(ANT, 60, 300, lesion="a")
    bladder, same = drawn(POST, 196, 300, label="bladder"), drawn(POST, 190, 306)
    assert partner(ahead, (bladder, same), SIZES) is same
    assert partner(ahead, (bladder,), SIZES) is bladder


def test_the_same_view_and_linked_lesions_are_no_partners() -> None:
    ahead = drawn(ANT, 60, 300, lesion="a")
    assert partner(ahead, (drawn(ANT, 60, 300),), SIZES) is None
    linked = (drawn(POST, 196, 300, lesion="b"), drawn(ANT, 60, 330, lesion="b"))
    assert partner(ahead, linked, SIZES) is None
    assert partner(ahead, (drawn(POST, 196, 300, lesion="a"), drawn(POST, 196, 302)), SIZES) is None
    assert partner(ahead, (drawn(POST, 196, 300),), {ANT: (256, 1024)}) is None


def test_of_several_the_one_that_overlaps_most_is_the_partner() -> None:
    ahead = drawn(ANT, 60, 300, lesion="a")
    near, far = drawn(POST, 195, 301, lesion="near"), drawn(POST, 190, 306, lesion="far")
    assert partner(ahead, (far, near), SIZES) is near
    assert pairs((ahead, far, near), SIZES) == [("a", "near")]


def test_an_outline_that_crosses_itself_is_no_obstacle() -> None:
    bow = Region(ANT, np.array([(50, 290), (70, 310), (70, 290), (50, 310)], float))
    assert overlap(bow, drawn(POST, 192, 296), SIZES) > 0

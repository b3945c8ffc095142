from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation import one_lesion
from app.annotation.annotation import Annotation
from app.annotation.geometry import area, to_mask
from app.annotation.masks import union
from app.annotation.painting import erase, paint, stroke, stroke_shape
from app.annotation.region import Region, RegionSource
from app.annotation.shaping import duplicate, link, merge, unlink
from app.errors import AppError
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZE = (80.0, 100.0)
SHAPE = (100, 80)


def of(*regions: Region) -> Annotation:
    return Annotation("c", "R1", regions)


def line(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places)


def test_a_duplicate_is_another_lesion_close_by_and_on_the_image() -> None:
    for x, y in ((30, 30), (72, 92)):
        before = of(Region(ANT, disc(x, y, 7), label="fracture"))
        copy = duplicate(before, [before.regions[0].uuid], {ANT: SIZE}).regions[1]
        assert copy.label == "fracture"
        assert copy.lesion != before.regions[0].lesion
        assert copy.vertices.max(axis=0) == pytest.approx(np.minimum(copy.vertices.max(axis=0), SIZE))
        assert area(copy.vertices) == pytest.approx(area(before.regions[0].vertices))


def test_duplicates_of_one_lesion_are_one_lesion() -> None:
    front, back = Region(ANT, disc(30, 30, 7), lesion="one"), Region(POST, disc(50, 30, 7), lesion="one")
    alone = Region(ANT, disc(60, 60, 5))
    before = of(front, back, alone)
    after = duplicate(before, [each.uuid for each in before.regions], {ANT: SIZE, POST: SIZE})
    copies = after.regions[3:]
    assert len(after.lesion_numbers) == 4
    assert copies[0].lesion == copies[1].lesion != copies[2].lesion


def test_linking_keeps_what_was_said_of_each() -> None:
    front = Region(ANT, disc(30, 30, 7), comment="cold rim")
    back = Region(POST, disc(50, 30, 7), comment="seen last year", rating=70.0)
    linked = link(of(front, back), [front.uuid, back.uuid])
    assert {(r.comment, r.rating) for r in linked.regions} == {("cold rim; seen last year", 70.0)}


def test_merging_takes_in_everything_that_touches_and_nothing_else() -> None:
    a, b = Region(ANT, disc(30, 30, 6)), Region(ANT, disc(38, 30, 6), label="fracture")
    far, behind = Region(ANT, disc(60, 80, 6)), Region(POST, disc(30, 30, 6))
    after = merge(of(a, b, far, behind), a.uuid)
    assert [region.uuid for region in after.regions] == [a.uuid, far.uuid, behind.uuid]
    merged = to_mask(after.regions[0].vertices, SHAPE)
    wanted = union((a, b), SHAPE)
    assert (merged ^ wanted).sum() <= 2
    assert after.regions[0].label == "metastasis"


def test_merging_refuses_what_touches_nothing_or_would_have_a_hole() -> None:
    alone = Region(ANT, disc(30, 30, 6))
    with pytest.raises(AppError, match="touches no other"):
        merge(of(alone, Region(ANT, disc(60, 30, 6))), alone.uuid)
    left = Region(ANT, line((20, 20), (30, 20), (30, 24), (24, 24), (24, 36), (30, 36), (30, 40), (20, 40)))
    right = Region(ANT, line((30, 20), (40, 20), (40, 40), (30, 40), (30, 36), (36, 36), (36, 24), (30, 24)))
    with pytest.raises(AppError, match="hole"):
        merge(of(left, right), left.uuid)


def test_linked_regions_are_one_lesion_until_one_is_unlinked() -> None:
    front, back = Region(ANT, disc(30, 30, 6)), Region(POST, disc(50, 30, 6))
    linked = link(of(front, back), (back.uuid, front.uuid))
    assert len(linked.lesion_numbers) == 1
    assert linked.region(front.uuid).lesion == back.lesion
    apart = unlink(linked, front.uuid)
    assert len(apart.lesion_numbers) == 2
    with pytest.raises(AppError, match="already"):
        unlink(apart, front.uuid)
    with pytest.raises(AppError, match="alone"):
        link(apart, (front.uuid, front.uuid))


def test_a_stroke_is_as_wide_as_the_brush() -> None:
    assert area(stroke(line((20, 20), (50, 20)), 4)) == pytest.approx(30 * 8 + np.pi * 16, rel=0.03)
    assert area(stroke(line((20, 20)), 5)) == pytest.approx(np.pi * 25, rel=0.03)


def test_painting_adds_and_keeps_who_the_region_is() -> None:
    before = of(Region(ANT, disc(30, 30, 6), source=RegionSource.AI_ACCEPTED, rating=40))
    after = paint(before, before.regions[0].uuid, stroke_shape(line((30, 30), (45, 30)), 3, SIZE))
    (region,) = after.regions
    assert (region.uuid, region.rating, region.source) == (before.regions[0].uuid, 40, RegionSource.AI_EDITED)
    mask = to_mask(region.vertices, SHAPE)
    assert mask[29:31, 30:46].all()
    assert (mask & union(before.regions, SHAPE)).sum() >= union(before.regions, SHAPE).sum() - 2
    apart = paint(before, before.regions[0].uuid, stroke_shape(line((60, 60)), 3, SIZE))
    assert len(apart.regions) == 2
    assert len(apart.lesion_numbers) == 1, "a stroke elsewhere is another outline of the lesion"


def test_painting_stops_at_the_edge_of_the_image() -> None:
    before = of(Region(ANT, disc(10, 30, 6)))
    after = paint(before, before.regions[0].uuid, stroke_shape(line((10, 30), (0, 30)), 4, SIZE))
    assert after.regions[0].vertices.min() >= 0


def test_erasing_right_through_leaves_two_regions_of_one_lesion() -> None:
    before = of(Region(ANT, disc(30, 30, 8)))
    after = erase(before, before.regions[0].uuid, stroke_shape(line((30, 15), (30, 45)), 2, SIZE))
    assert len(after.regions) == 2
    assert len(after.lesion_numbers) == 1
    assert before.regions[0].uuid in after


def test_erasing_a_hole_leaves_regions_around_it() -> None:
    before = of(Region(ANT, disc(30, 30, 10)))
    after = erase(before, before.regions[0].uuid, stroke_shape(line((30, 30)), 4, SIZE))
    mask, ring = (
        union(after.regions, SHAPE),
        to_mask(disc(30, 30, 10), SHAPE) & ~to_mask(disc(30, 30, 4), SHAPE),
    )
    assert (mask ^ ring).sum() <= 8
    assert len(after.lesion_numbers) == 1


def test_erasing_everything_takes_the_region_away() -> None:
    before = of(Region(ANT, disc(30, 30, 4)), Region(ANT, disc(60, 60, 4)))
    after = erase(before, before.regions[0].uuid, stroke_shape(line((30, 30)), 10, SIZE))
    assert [region.uuid for region in after.regions] == [before.regions[1].uuid]


strokes = st.lists(st.tuples(st.floats(5, 75), st.floats(5, 95)), min_size=1, max_size=5)


@given(strokes, st.floats(1, 8))
def test_what_was_erased_is_gone_and_nothing_is_added(path: list[tuple[float, float]], radius: float) -> None:
    before = of(Region(ANT, disc(40, 50, 20, 90)))
    after = erase(before, before.regions[0].uuid, stroke_shape(line(*path), radius, SIZE))
    left, was = union(after.regions, SHAPE), union(before.regions, SHAPE)
    gone = to_mask(stroke(line(*path), 0.95 * radius), SHAPE)  # not on its very edge
    assert (left & ~was).sum() <= 3
    assert (left & gone).sum() <= 0.05 * gone.sum() + 3
    assert all(len(region.vertices) >= 3 for region in after.regions)


def test_of_linked_regions_the_bone_that_a_person_named_stays() -> None:
    square = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], float)
    guessed = Region(ViewName.ANTERIOR, square, uuid="a", bone="ribs left", bone_suggested=True)
    named = Region(ViewName.POSTERIOR, square, uuid="b", bone="scapula left")
    linked = link(Annotation("c", "", (guessed, named)), ("a", "b"))
    assert {(region.bone, region.bone_suggested) for region in linked.regions} == {("scapula left", False)}


def test_what_becomes_an_organ_loses_the_bone_that_was_suggested() -> None:
    square = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], float)
    guessed = Region(ViewName.ANTERIOR, square, uuid="a", bone="sacrum", bone_suggested=True)
    (bladder,) = one_lesion.change(Annotation("c", "", (guessed,)), "a", label="bladder").regions
    assert (bladder.label, bladder.bone) == ("bladder", "")
    (told,) = one_lesion.change(Annotation("c", "", (guessed,)), "a", bone="sacrum").regions
    assert not told.bone_suggested

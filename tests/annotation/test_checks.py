"""What an annotator should look at is found, and what is right is left in peace."""

from __future__ import annotations

from app.annotation.annotation import Annotation
from app.annotation.checks import concerns
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = dict.fromkeys(ViewName, (100, 200))


def kinds(*regions: Region, **more: object) -> list[tuple[str, str]]:
    found = concerns(Annotation("c", "R1", regions), SIZES, **more)  # type: ignore[arg-type]
    return [(concern.kind.value, concern.uuid) for concern in found]


def test_a_sound_annotation_has_nothing_to_look_at() -> None:
    front, back = Region(ANT, disc(30, 60, 6), lesion="one"), Region(POST, disc(70, 60, 6), lesion="one")
    assert kinds(front, back, Region(ANT, disc(60, 150, 5), label="fracture")) == []


def test_opposite_outlines_of_one_class_that_are_not_linked_are_told() -> None:
    front, back = Region(ANT, disc(30, 60, 6)), Region(POST, disc(70, 60, 6))
    assert kinds(front, back) == [("unlinked", back.uuid)]
    assert kinds(front, Region(POST, disc(70, 60, 6), label="fracture")) == []


def test_outlines_over_each_other_are_overlaps_and_nearly_the_same_one_drawn_twice() -> None:
    one, over = Region(ANT, disc(30, 60, 8)), Region(ANT, disc(38, 60, 8), label="fracture")
    assert kinds(one, over) == [("overlap", over.uuid)]
    twice = Region(ANT, disc(30.3, 60, 8))
    assert kinds(one, twice) == [("duplicate", twice.uuid)]
    assert kinds(one, Region(ANT, disc(45.5, 60, 8))) == [], "neighbours touch"


def test_two_classes_in_one_lesion_are_told_once() -> None:
    regions = [
        Region(ANT, disc(20 + 25 * place, 60, 5), label=label, lesion="one")
        for place, label in enumerate(("metastasis", "fracture", "fracture"))
    ]
    assert [kind for kind, _ in kinds(*regions)] == ["two classes"]


def test_what_is_proposed_is_to_be_judged_and_is_nobody_s_overlap() -> None:
    own = Region(ANT, disc(30, 60, 8))
    proposed = Region(ANT, disc(33, 60, 8), source=RegionSource.AI)
    assert kinds(own, proposed) == [("proposals", proposed.uuid)]


def test_a_hot_bladder_is_to_be_drawn_as_one() -> None:
    place = {"hot_bladder": (50.0, 100.0)}
    assert kinds(**place) == [("bladder", "")]
    assert kinds(Region(ANT, disc(50, 100, 8)), **place) == [("bladder", "")], "a metastasis is none"
    assert kinds(Region(ANT, disc(50, 100, 8), label="bladder"), **place) == []


def test_sides_that_nobody_confirmed_are_told_and_everything_comes_in_one_order() -> None:
    front, back = Region(ANT, disc(30, 60, 6)), Region(POST, disc(70, 60, 6))
    found = kinds(front, back, sides_assumed=True, hot_bladder=(50.0, 100.0))
    assert [kind for kind, _ in found] == ["unlinked", "sides", "bladder"]

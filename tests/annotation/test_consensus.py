"""The consensus of several people keeps what they agree on: place, class, bone and links."""

from __future__ import annotations

from app.annotation.agreement.consensus import AgreedLesion, consensus, told_of
from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = {ANT: (120, 160), POST: (120, 160)}


def at(x: float, y: float, label: str = "metastasis", view: ViewName = ANT, **more: str) -> Region:
    return Region(view, disc(x, y, 6), label, **more)


def agreed(*people: tuple[Region, ...]) -> tuple[AgreedLesion, ...]:
    return consensus(
        {f"R{n}": Annotation("c", f"R{n}", regions) for n, regions in enumerate(people, start=1)}, SIZES
    )


def test_two_classes_at_one_place_are_one_lesion_of_the_class_that_most_gave() -> None:
    (lesion,) = agreed((at(40, 40, "fracture"),), (at(41, 40),), (at(40, 41),))
    assert lesion.label == "metastasis"
    assert lesion.votes == {"fracture": 1, "metastasis": 2}
    assert {region.label for region in lesion.regions} == {"metastasis"}
    assert told_of((lesion,)) == []


def test_a_tie_is_said() -> None:
    (lesion,) = agreed((at(40, 40, "fracture"),), (at(41, 40),))
    assert lesion.label == "metastasis"
    assert lesion.regions
    (said,) = told_of((lesion,))
    assert "no majority at (40, 40) on the anterior view (fracture 1, metastasis 1): metastasis" in said


def test_links_over_the_views_and_bones_are_kept() -> None:
    front, back = at(40, 40, lesion="a", bone="ribs left"), at(80, 40, view=POST, lesion="a")
    (lesion,) = agreed((front, back), (at(41, 40, bone="ribs left"), at(79, 40, view=POST)))
    assert {region.view for region in lesion.regions} == {ANT, POST}
    assert len({region.lesion for region in lesion.regions}) == 1
    assert {region.bone for region in lesion.regions} == {"ribs left"}


def test_foci_that_one_alone_saw_are_listed() -> None:
    both = (at(40, 40), at(90, 120))
    found = agreed((*both, at(40, 120)), both, both)
    assert [lesion.seen_by for lesion in found if len(lesion.seen_by) == 1] == [("R1",)]
    (said,) = told_of(found)
    assert said.startswith("R1 alone saw metastasis at (40, 120) on the anterior view: it is not in")


def test_a_bladder_over_a_lesion_is_no_part_of_it() -> None:
    found = agreed((at(60, 100), at(60, 102, "bladder")), (at(60, 101), at(61, 102, "bladder")))
    assert sorted(lesion.label for lesion in found) == ["bladder", "metastasis"]


def test_foci_that_touch_stay_two() -> None:
    drawn = (at(40, 40), at(52, 40, "fracture"))
    found = agreed(drawn, drawn)
    assert sorted(lesion.label for lesion in found) == ["fracture", "metastasis"]
    assert all(lesion.regions for lesion in found)


def test_nothing_drawn_by_anybody_is_nothing() -> None:
    assert agreed((), ()) == ()

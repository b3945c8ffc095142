"""New, grown, there before, gone: by the outlines of a prior scan that were laid on this one."""

from __future__ import annotations

from dataclasses import replace

from app.annotation.annotation import Annotation
from app.annotation.region import Region, RegionSource
from app.annotation.since_prior import PriorLesions, Since
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = dict.fromkeys(ViewName, (256, 1024))
BEFORE = PriorLesions(
    (
        Region(ANT, disc(100, 300, 10), lesion="one"),
        Region(POST, disc(156, 300, 10), lesion="one"),
        Region(ANT, disc(60, 500, 6), lesion="two"),
    ),
    SIZES,
)


def since(*regions: Region) -> dict[str, Since]:
    return dict(BEFORE.changes(Annotation("a", "R", regions)).since)


def test_what_meets_nothing_of_before_is_new_and_what_nothing_meets_is_gone() -> None:
    found = BEFORE.changes(Annotation("a", "R", (Region(ANT, disc(200, 700, 5), lesion="x"),)))
    assert found.since == {"x": Since.NEW}
    assert found.gone == {"one", "two"}
    assert found.said == "1 new, 2 gone"


def test_a_lesion_grows_by_its_area_on_the_views_where_it_was() -> None:
    assert since(Region(ANT, disc(101, 301, 10.5), lesion="x")) == {"x": Since.THERE}
    assert since(Region(ANT, disc(101, 301, 12), lesion="x")) == {"x": Since.GROWN}
    one_view_more = (
        Region(ANT, disc(60, 500, 6), lesion="x"),
        Region(POST, disc(196, 500, 6), lesion="x"),
    )
    assert since(*one_view_more) == {"x": Since.THERE}


def test_a_point_on_a_lesion_of_before_was_there_and_a_proposal_counts_as_nothing() -> None:
    point = Region(ANT, disc(100, 300, 1).mean(axis=0)[None], lesion="x")
    assert since(point) == {"x": Since.THERE}
    waits = BEFORE.changes(Annotation("a", "R", (replace(point, source=RegionSource.AI),)))
    assert waits.since == {}
    assert waits.gone == {"two"}, "nobody has said yet that the other is gone"

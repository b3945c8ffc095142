"""Several people's outlines of one lesion: how they differ, and what is taken of them."""

from __future__ import annotations

import numpy as np
import pytest

from app.annotation.agreement.adjudication import (
    Take,
    dice,
    disputes,
    kappa,
    masks_of,
    of_person,
    own_of,
    settle,
    taken,
)
from app.annotation.annotation import Annotation
from app.annotation.masks import union
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = {ANT: (80, 100), POST: (80, 100)}
SHAPE = (100, 80)


def people() -> dict[str, Annotation]:
    """R1 and R2 see one lesion 4 pixels apart, R2 as a fracture; R3 sees another."""
    one = Region(ANT, disc(30, 40, 8), source=RegionSource.AI_ACCEPTED)
    other = Region(ANT, disc(34, 40, 8), label="fracture")
    alone = Region(POST, disc(20, 70, 6))
    return {
        "R1": Annotation("c", "R1", (one,)),
        "R2": Annotation("c", "R2", (other,)),
        "R3": Annotation("c", "R3", (alone,)),
    }


def test_where_they_differ_is_told_for_each_lesion() -> None:
    first, second = disputes(people(), SIZES)
    assert (first.agreed.seen_by, first.one_class) == (("R1", "R2"), False)
    masks = [masks_of(people()[name], SIZES) for name in ("R1", "R2")]
    assert first.dice == pytest.approx(dice(*masks))
    assert 0.5 < (first.dice or 0) < 0.9
    assert (second.agreed.seen_by, second.one_class, second.dice) == (("R3",), True, None)


def test_one_persons_outline_comes_as_one_s_own() -> None:
    first, _ = disputes(people(), SIZES)
    (region,) = of_person(first, "R1")
    original = people()["R1"].regions[0]
    assert np.array_equal(region.vertices, original.vertices)
    assert (region.source, region.label) == (RegionSource.READER, "metastasis")
    assert region.uuid != original.uuid
    assert of_person(first, "R3") == ()


def test_union_and_quorum_are_the_pixels_that_enough_people_have() -> None:
    first, _ = disputes(people(), SIZES)
    masks = [union(people()[name].regions, SHAPE) for name in ("R1", "R2")]
    assert (union(taken(first, Take.UNION, SIZES), SHAPE) == (masks[0] | masks[1])).all()
    assert (union(taken(first, Take.QUORUM, SIZES, 2), SHAPE) == (masks[0] & masks[1])).all()
    assert taken(first, Take.QUORUM, SIZES, 3) == ()
    assert {region.label for region in taken(first, Take.AGREED, SIZES)} == {first.agreed.label}


def test_settling_replaces_what_was_taken_of_that_lesion_and_nothing_else() -> None:
    first, second = disputes(people(), SIZES)
    mine = Region(ANT, disc(60, 90, 4))
    once = settle(Annotation("c", "Z", (mine,)), first, of_person(first, "R1"), SIZES)
    again = settle(once, first, taken(first, Take.UNION, SIZES), SIZES)
    assert again.regions[0] is mine
    assert len(again.lesion_numbers) == 2
    assert len(own_of(again, first, SIZES)) == len(again.regions) - 1
    assert own_of(again, second, SIZES) == ()
    assert settle(again, first, (), SIZES).regions == (mine,), "that it is no lesion is a verdict too"


def test_kappa_of_the_same_is_one_and_of_nothing_is_none() -> None:
    masks = masks_of(people()["R1"], SIZES)
    assert kappa([masks, masks]) == pytest.approx(1)
    assert kappa([masks]) is None
    assert dice(masks, masks) == 1
    assert dice(masks_of(Annotation(), SIZES), masks_of(Annotation(), SIZES)) is None

"""A lesion is one thing: however it was drawn, it counts once, and what may be one is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.quantification.counting import counted_once, counting_doubts
from app.quantification.told_bones import codes_named, told_bones
from app.scan.scan import ViewName
from tests.annotation.conftest import disc

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
SIZES = {ANT: (256, 1024), POST: (256, 1024)}


def at(view: ViewName, x: float, y: float, lesion: str, label: str = "metastasis", bone: str = "") -> Region:
    return Region(view, disc(x, y, 6), label, lesion=lesion, bone=bone)


def lesions(annotation: Annotation, label: str = "metastasis") -> set[str]:
    return {region.lesion for region in annotation.regions if region.label == label}


@given(st.integers(0, 39), st.booleans())
def test_the_same_outline_counts_once_whatever_its_start_and_direction(start: int, turned: bool) -> None:
    first = at(ANT, 60, 300, "a")
    ring = np.roll(first.vertices, start, axis=0)
    again = replace(first, vertices=ring[::-1] if turned else ring, lesion="b", uuid="again")
    once, said = counted_once(Annotation("c", "", (first, again, at(ANT, 90, 300, "c"))))
    assert [region.lesion for region in once.regions] == ["a", "c"]
    assert said == ("1 outline drawn twice at the same place: counted once",)


def test_what_is_linked_to_a_repeated_outline_goes_with_it() -> None:
    alone, linked = at(ANT, 60, 300, "a"), at(ANT, 60, 300, "b")
    once, _ = counted_once(Annotation("c", "", (alone, linked, at(POST, 196, 300, "b"))))
    assert lesions(once) == {"a"}
    assert len(once.regions) == 2


def test_a_lesion_of_two_classes_is_one_metastasis_and_said() -> None:
    front, back = at(ANT, 60, 300, "a"), at(POST, 196, 300, "a", "degenerative")
    once, said = counted_once(Annotation("c", "", (back, front)))
    assert [region.label for region in once.regions] == ["metastasis"] * 2
    assert "degenerative and metastasis: counted once, as metastasis" in said[0]
    twice, _ = counted_once(Annotation("c", "", (at(ANT, 9, 9, "a", "fracture"), at(ANT, 9, 9, "b"))))
    assert [region.label for region in twice.regions] == ["metastasis"]


def test_organs_in_the_same_group_stay_organs() -> None:
    drawn = Annotation("c", "", (at(ANT, 60, 300, "a"), at(ANT, 128, 500, "a", "bladder")))
    once, said = counted_once(drawn)
    assert [region.label for region in once.regions] == ["metastasis", "bladder"]
    assert said == ()


def test_opposite_regions_that_nobody_linked_are_said_with_the_number_they_would_give() -> None:
    pairs = [at(ANT, 40 + 20 * n, 300, f"f{n}") for n in range(4)]
    pairs += [at(POST, 216 - 20 * n, 301, f"b{n}") for n in range(4)]
    (doubt,) = counting_doubts(Annotation("c", "", tuple(pairs)), SIZES)
    assert "4 lesions instead of 8, extent of disease 1 instead of 2" in doubt
    linked = tuple(replace(region, lesion=region.lesion.strip("fb")) for region in pairs)
    assert counting_doubts(Annotation("c", "", linked), SIZES) == []


def test_overlapping_lesions_and_two_bones_in_one_are_doubts() -> None:
    one, other = at(ANT, 60, 300, "a", bone="ribs left"), at(ANT, 62, 300, "b")
    back = at(POST, 196, 300, "a", bone="scapula left")
    said = " ".join(counting_doubts(Annotation("c", "", (one, other, back)), SIZES))
    assert "overlap: perhaps drawn twice" in said
    assert "ribs left and in scapula left" in said


# bones that persons named


def maps(left: int, right: int) -> dict[ViewName, np.ndarray]:
    codes = np.zeros((1024, 256), np.uint8)
    codes[:, :128], codes[:, 128:] = left, right
    return {ANT: codes, POST: codes.copy()}


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("ribs left", [13]),
        ("Left rib", [13]),
        ("Femur", [22, 23]),
        ("pelvis", [6, 20, 21]),
        ("lumbar spine", [5]),
        ("L3", []),
        ("", []),
    ],
)
def test_bones_are_known_by_title_name_and_report_region(name: str, codes: list[int]) -> None:
    assert codes_named(name) == codes


def test_the_bone_that_a_person_named_is_the_bone_of_the_whole_lesion() -> None:
    drawn = Annotation("c", "", (at(ANT, 60, 300, "a", bone="scapula left"), at(POST, 60, 300, "a")))
    told = told_bones(drawn, maps(12, 13))
    assert told[ANT][300, 60] == told[POST][300, 60] == 11
    assert told[ANT][400, 60] == 12


def test_suggestions_and_unknown_names_leave_the_map_as_it_is() -> None:
    suggested = replace(at(ANT, 60, 300, "a", bone="scapula left"), bone_suggested=True)
    told = told_bones(Annotation("c", "", (suggested, at(ANT, 60, 400, "b", bone="L3"))), maps(12, 13))
    assert (told[ANT] == maps(12, 13)[ANT]).all()


def test_a_name_of_several_bones_takes_the_nearest_of_them() -> None:
    codes = maps(0, 0)
    codes[ANT][:, :20], codes[ANT][:, 230:] = 22, 23
    told = told_bones(Annotation("c", "", (at(ANT, 200, 300, "a", bone="femur"),)), codes)
    assert told[ANT][300, 200] == 23

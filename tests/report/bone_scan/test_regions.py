"""Which region a lesion is reported in."""

from __future__ import annotations

import numpy as np

from app.annotation.geometry import Mask
from app.quantification.bones import bone_table
from app.report.bone_scan.facts import UNPLACED
from app.report.bone_scan.regions import bones_of_votes, regions_of_votes, votes_of, votes_of_names
from app.scan.scan import Counts, ViewName

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
CODE = {bone.title: bone.code for bone in bone_table().bones}


def maps(anterior: str, posterior: str) -> dict[ViewName, np.ndarray]:
    """Each view all one bone."""
    return {
        view: np.full((40, 40), CODE.get(bone, 0), np.uint8)
        for view, bone in ((ANT, anterior), (POST, posterior))
    }


def square(row: int = 10, col: int = 10, size: int = 6) -> Mask:
    mask = np.zeros((40, 40), np.bool_)
    mask[row : row + size, col : col + size] = True
    return mask


def counts(anterior: float, posterior: float) -> dict[ViewName, Counts]:
    return {
        ANT: np.full((40, 40), anterior, np.float32),
        POST: np.full((40, 40), posterior, np.float32),
    }


BOTH = {ANT: square(), POST: square()}


def test_of_bones_behind_each_other_the_hotter_view_decides() -> None:
    bones = maps("sternum", "thoracic spine")
    assert regions_of_votes(votes_of(BOTH, counts(50, 100), bones))[0] == "spine"
    assert regions_of_votes(votes_of(BOTH, counts(100, 50), bones))[0] == "other"


def test_a_bone_that_a_view_shows_badly_counts_only_without_a_rival() -> None:
    cold, hot = counts(50, 100), counts(100, 50)
    bones = maps("thoracic spine", "ribs left")
    assert regions_of_votes(votes_of(BOTH, hot, bones)) == ("rib",)
    assert regions_of_votes(votes_of({ANT: square()}, cold, bones)) == ("spine",)


def test_a_lesion_across_two_bones_names_both_the_larger_part_first() -> None:
    bones = maps("lumbar spine", "lumbar spine")
    bones[POST][:, 14:] = CODE["sacrum"]
    votes = votes_of({POST: square()}, counts(1, 1), bones)
    assert [bone.title for bone in bones_of_votes(votes)] == ["lumbar spine", "sacrum"]
    assert regions_of_votes(votes) == ("spine", "pelvis")


def test_a_lesion_beside_the_bone_takes_the_nearest_one() -> None:
    bones = {ANT: np.zeros((40, 40), np.uint8)}
    bones[ANT][:, 20] = CODE["ribs left"]
    bones[ANT][:, 30] = CODE["humerus left"]
    assert regions_of_votes(votes_of({ANT: square()}, counts(1, 1), bones)) == ("rib",)


def test_far_from_every_bone_a_lesion_is_unplaced() -> None:
    bones = {ANT: np.zeros((40, 40), np.uint8)}
    bones[ANT][39, 39] = CODE["foot left"]
    votes = votes_of({ANT: square(0, 0, 4)}, counts(1, 1), bones)
    assert votes == {}
    assert regions_of_votes(votes) == (UNPLACED,)


def test_a_bone_that_a_person_chose_gives_the_region() -> None:
    assert regions_of_votes(votes_of_names(("ribs left",))) == ("rib",)
    assert regions_of_votes(votes_of_names(("femur",))) == ("femur",)
    assert regions_of_votes(votes_of_names(("my own bone",))) == (UNPLACED,)

"""Agreement against values that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from app.annotation.agreement.fleiss import fleiss_kappa
from app.annotation.agreement.overlap import hausdorff_95, overlap
from app.annotation.agreement.staple import staple

masks = hnp.arrays(np.bool_, (12, 9))


def box(top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros((60, 60), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def test_half_shifted_squares_overlap_by_half() -> None:
    found = overlap(box(10, 10, 10, 10), box(10, 15, 10, 10))
    assert found.dice == pytest.approx(0.5)
    assert found.iou == pytest.approx(1 / 3)
    assert found.hausdorff_95 == pytest.approx(5)


@given(masks, masks)
def test_dice_and_iou_are_symmetrical_and_follow_from_each_other(a: np.ndarray, b: np.ndarray) -> None:
    one, other = overlap(a, b), overlap(b, a)
    assert (one.dice, one.iou, one.hausdorff_95, one.f1) == (
        other.dice,
        other.iou,
        other.hausdorff_95,
        other.f1,
    )
    if one.dice is not None and one.iou is not None:
        assert one.dice == pytest.approx(2 * one.iou / (1 + one.iou))
    else:
        assert not a.any()
        assert not b.any()


def test_lesions_count_as_found_when_the_other_has_one_there() -> None:
    a = box(5, 5, 6, 6) | box(30, 30, 6, 6) | box(50, 5, 4, 4)
    b = box(6, 6, 6, 6) | box(31, 31, 6, 6) | box(5, 50, 4, 4) | box(50, 50, 4, 4)
    found = overlap(a, b)
    assert (found.lesions_a, found.lesions_b, found.found_a, found.found_b) == (3, 4, 2, 2)
    assert found.f1 == pytest.approx(4 / 7)
    assert overlap(a, b, least_iou=0.9).f1 == 0


def test_distance_is_in_the_units_of_the_spacing_and_ignores_few_strays() -> None:
    a, b = box(10, 10, 20, 20), box(10, 13, 20, 20)
    assert hausdorff_95(a, b, (2.0, 2.26)) == pytest.approx(3 * 2.26)
    stray = a.copy()
    stray[58, 58] = True
    assert hausdorff_95(a, stray) == pytest.approx(0)
    assert hausdorff_95(a, np.zeros_like(a)) is None


def test_nothing_marked_by_anybody_has_no_overlap() -> None:
    nothing = np.zeros((60, 60), bool)
    found = overlap(nothing, nothing)
    assert (found.dice, found.iou, found.f1) == (None, None, None)
    assert fleiss_kappa([nothing, nothing]) is None
    assert staple([nothing, nothing]) is None


def test_kappa_meets_a_hand_computed_table() -> None:
    # 3 people, 4 pixels, votes 3 2 1 0: P = (1 + 1/3 + 1/3 + 1) / 4 = 2/3, P_e = 1/2, kappa = 1/3
    people = [np.array([[1, 1, 1, 0]], bool), np.array([[1, 1, 0, 0]], bool), np.array([[1, 0, 0, 0]], bool)]
    assert fleiss_kappa(people) == pytest.approx(1 / 3)


def test_kappa_is_one_for_the_same_masks_and_none_by_chance() -> None:
    mask = box(10, 10, 10, 10)
    assert fleiss_kappa([mask, mask, mask]) == pytest.approx(1)
    rng = np.random.default_rng(4)
    people = [rng.random((200, 200)) < 0.3 for _ in range(4)]
    assert fleiss_kappa(people) == pytest.approx(0, abs=0.02)
    with pytest.raises(ValueError, match="two people"):
        fleiss_kappa([mask])


def test_the_consensus_is_what_most_mean_and_tells_who_strays() -> None:
    good, other = box(10, 10, 12, 12), box(10, 11, 12, 12)
    stray = box(40, 40, 12, 12)
    found = staple([good, other, good, stray])
    assert found is not None
    assert found.mask[12:20, 12:20].all()
    assert not found.mask[45, 45]
    assert found.sensitivity[3] < 0.2 < 0.8 < found.sensitivity[0]


def test_the_same_masks_are_their_own_consensus() -> None:
    mask = box(10, 10, 12, 12)
    found = staple([mask, mask])
    assert found is not None
    assert (found.mask == mask).all()
    assert found.sensitivity == (1.0, 1.0)


PEOPLE = [
    box(10, 10, 12, 12),
    box(10, 11, 12, 12),
    box(12, 8, 9, 14),
    box(30, 30, 5, 5) | box(10, 10, 12, 10),
]


def test_the_consensus_of_four_has_the_numbers_that_simpleitk_gave() -> None:
    found = staple(PEOPLE)
    assert found is not None
    assert found.sensitivity == pytest.approx((1.0, 0.9166666664, 0.7499999996, 0.8333333330), abs=1e-9)
    assert found.specificity == pytest.approx((1.0, 0.9941888620, 0.9912832930, 0.9878934625), abs=1e-9)
    assert found.probability.sum() == pytest.approx(144.0, abs=1e-6)


def test_the_consensus_is_simpleitks() -> None:
    sitk = pytest.importorskip("SimpleITK")
    rng = np.random.default_rng(8)
    for drawn in (PEOPLE, PEOPLE[2:], [rng.random((60, 60)) < share for share in (0.1, 0.3, 0.3, 0.6, 0.0)]):
        rows, cols = np.nonzero(np.any(drawn, axis=0))
        inside = tuple(slice(max(at.min() - 12, 0), at.max() + 13) for at in (rows, cols))
        reference = sitk.STAPLEImageFilter()
        reference.SetMaximumIterations(200)
        images = [sitk.GetImageFromArray(mask[inside].astype(np.uint8)) for mask in drawn]
        probability = sitk.GetArrayFromImage(reference.Execute(images))
        found = staple(drawn)
        assert found is not None
        np.testing.assert_allclose(found.probability[inside], probability, atol=1e-6)
        np.testing.assert_allclose(found.sensitivity, reference.GetSensitivity(), atol=1e-9)
        np.testing.assert_allclose(found.specificity, reference.GetSpecificity(), atol=1e-9)


def test_people_of_whom_one_marked_nothing_or_everything_still_have_a_consensus() -> None:
    for other in (np.zeros((60, 60), bool), np.ones((60, 60), bool)):
        found = staple([*PEOPLE[:2], other])
        assert found is not None
        assert np.isfinite(found.probability).all()
        assert found.mask[12:20, 12:20].all()

from __future__ import annotations

import numpy as np
import pytest

from app.quantification.bones import bone_table
from app.quantification.bsi import bone_scan_index
from app.quantification.bsla import area_cm2, lesion_intensity
from app.quantification.eod import eod_grade
from app.quantification.normaliser import Normaliser, normaliser
from app.quantification.pabs import off_skeleton_share, pabs_percent
from app.scan.scan import ViewName

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
LUMBAR, RIGHT_PELVIS, SCAPULA = 5, 20, 10


def two_views(code: int, share: float) -> tuple[dict, dict]:
    """Bones uint8 (20, 20) of one region on both views, and lesions on that share of it."""
    bones = {view: np.zeros((20, 20), np.uint8) for view in ViewName}
    lesions = {view: np.zeros((20, 20), bool) for view in ViewName}
    for view in ViewName:
        bones[view][:10, :10] = code
        flat = np.flatnonzero(bones[view].ravel() == code)
        lesions[view].ravel()[flat[: round(share * flat.size)]] = True
    return lesions, bones


def test_the_hand_computed_example_is_met() -> None:
    ill = {view: np.zeros((40, 20), bool) for view in ViewName}
    bones = {view: np.zeros((40, 20), np.uint8) for view in ViewName}
    for view in ViewName:
        bones[view][:20], bones[view][20:] = LUMBAR, RIGHT_PELVIS
        ill[view][:2] = True  # a tenth of 20 rows
        ill[view][20] = True  # a twentieth
    assert bone_scan_index(ill, bones).percent == pytest.approx(0.4575)


def test_full_involvement_of_a_region_gives_its_share_of_the_mass() -> None:
    for code in (LUMBAR, RIGHT_PELVIS, SCAPULA):
        lesions, bones = two_views(code, 1.0)
        assert bone_scan_index(lesions, bones).percent == pytest.approx(bone_table().of(code).mass_percent)


def test_a_view_that_hides_a_region_does_not_count_for_it() -> None:
    lesions, bones = two_views(SCAPULA, 0.5)
    lesions[ANT][:] = True
    assert bone_scan_index(lesions, bones).percent == pytest.approx(0.75)


def test_the_weights_are_those_published() -> None:
    table = bone_table()
    assert sum(bone.mass_percent for bone in table.bones) == pytest.approx(100.1)
    assert [bone.code for bone in table.bones] == list(range(1, 28))


def test_every_result_names_its_weights() -> None:
    assert bone_scan_index(*two_views(LUMBAR, 0.1)).weights == bone_table().title


def test_pabs_is_the_covered_share_of_the_projected_skeleton() -> None:
    lesions, bones = two_views(LUMBAR, 0.25)
    assert pabs_percent(lesions, bones) == pytest.approx(25.0)
    assert pabs_percent(lesions, {}) is None


def test_lesions_off_the_bone_are_told() -> None:
    lesions, bones = two_views(LUMBAR, 0.5)
    assert off_skeleton_share(lesions, bones) == 0
    lesions[ANT][:10, 10:20] = True
    assert off_skeleton_share(lesions, bones) == pytest.approx(0.5)


def test_area_follows_from_the_spacing() -> None:
    mask = np.zeros((10, 10), bool)
    mask[2:4, 3:8] = True
    assert area_cm2(mask, (2.26, 2.26)) == pytest.approx(10 * 0.0510760)
    assert area_cm2(mask, (2.0, 3.0)) == pytest.approx(0.6)
    assert area_cm2(mask, None) is None


def test_intensity_is_the_lesion_s_counts_in_units_of_the_normaliser() -> None:
    counts = np.full((10, 10), 30, np.float32)
    mask = np.zeros((10, 10), bool)
    mask[:2, :5] = True
    assert lesion_intensity(counts, mask, Normaliser(15.0, "")) == pytest.approx(20.0)


def thigh(code_right: int = 22) -> tuple[np.ndarray, np.ndarray]:
    """Counts with a shaft of 31 on image left and 25 on the right; the femora's map."""
    counts, bones = np.full((200, 80), 10, np.float32), np.zeros((200, 80), np.uint8)
    bones[50:150, 18:26], bones[50:150, 54:62] = code_right, code_right + 1
    counts[50:150, 18:26], counts[50:150, 54:62] = 31, 25
    return counts, bones


def test_the_right_femoral_shaft_is_the_normaliser_and_the_left_when_it_is_ill() -> None:
    counts, bones = thigh()
    healthy = np.zeros(counts.shape, bool)
    right = normaliser(ANT, counts, healthy, bones, (2.26, 2.26))
    assert right is not None
    assert right.counts == pytest.approx(31)
    ill = healthy.copy()
    ill[100, 20] = True
    left = normaliser(ANT, counts, ill, bones, (2.26, 2.26))
    assert left is not None
    assert left.counts == pytest.approx(25)
    assert "left" in left.source


def test_without_a_bone_map_the_body_s_median_is_the_normaliser() -> None:
    counts = np.zeros((100, 60), np.float32)
    counts[20:80, 15:45] = 12
    found = normaliser(POST, counts, counts > 99, None, None)
    assert found is not None
    assert found.counts == pytest.approx(12)
    assert "body" in found.source
    assert normaliser(POST, np.zeros((100, 60), np.float32), counts > 99, None, None) is None


@pytest.mark.parametrize(("lesions", "grade"), [(0, 0), (1, 1), (5, 1), (6, 2), (20, 2), (21, 3), (400, 3)])
def test_the_grade_follows_the_number_of_lesions(lesions: int, grade: int) -> None:
    assert eod_grade(lesions) == grade


def test_three_quarters_of_the_axial_skeleton_are_a_superscan() -> None:
    bones = {view: np.zeros((40, 40), np.uint8) for view in ViewName}
    for view in ViewName:
        for place, code in enumerate((LUMBAR, 12, RIGHT_PELVIS)):
            bones[view][place * 10 : place * 10 + 10] = code
    ill = {view: np.zeros((40, 40), bool) for view in ViewName}
    for view in ViewName:
        ill[view][:30, :31] = True
    assert eod_grade(30, bone_scan_index(ill, bones)) == 4
    ill[ANT][20:30] = ill[POST][20:30] = False
    assert eod_grade(30, bone_scan_index(ill, bones)) == 3

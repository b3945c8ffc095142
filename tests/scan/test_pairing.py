"""Which view is which: every rung of the ladder, what counts as a guess, and a person's word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from app.errors import AppError
from app.scan.hashing import view_hash
from app.scan.pairing import confirm_views
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence, ViewName
from app.scan.view_words import ge_suffix, named_side, without_side
from tests.scan.nm_files import code, nm_dataset, write_nm, write_pair
from tests.scan.two_sides import ANTERIOR, NO_CODES, POSTERIOR, evidence, is_right


@pytest.mark.parametrize("codes", [("399321004", "399001007"), ("G-5215", "G-5216"), ("G-5200", "G-5201")])
def test_view_codes_of_all_ages_decide(codes: tuple[str, str], tmp_path: Path) -> None:
    pair = ((codes[1], "X", "?"), (codes[0], "X", "?"))
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, view_codes=pair))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.CODE}
    assert not scan.needs_confirmation


def test_the_meaning_of_an_unknown_code_decides_as_text(tmp_path: Path) -> None:
    pair = (("17", "99LOCAL", "Posterior"), ("18", "99LOCAL", "ANT"))
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, view_codes=pair))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.TEXT}


@pytest.mark.parametrize(
    ("tags", "side"),
    [
        ({"ImageID": "WB POST"}, ViewName.POSTERIOR),
        ({"ImageID": "WHOLE BODY_F"}, ViewName.POSTERIOR),
        ({"ImageID": "WHOLE BODY_E"}, ViewName.ANTERIOR),
        ({"ViewPosition": "POST"}, ViewName.POSTERIOR),
    ],
)
def test_the_name_of_a_view_decides_for_a_single_view(
    tags: dict[str, str], side: ViewName, tmp_path: Path
) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", ANTERIOR, **NO_CODES, **tags))
    assert [view.name for view in scan.views] == [side]
    assert evidence(scan) == {ViewEvidence.TEXT}


def test_private_names_of_ge_decide_as_text(tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, **NO_CODES)
    dataset.private_block(0x0011, "GEMS_GENIE_1", create=True).add_new(0x12, "LO", "WHOLE BODY_F")
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    scan = read_scan(tmp_path / "x.dcm")
    assert scan.posterior is not None
    assert evidence(scan) == {ViewEvidence.TEXT}


def test_a_description_that_names_both_sides_decides_nothing(tmp_path: Path) -> None:
    scan = read_scan(
        write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR, SeriesDescription="WB ANT/POST", **NO_CODES)
    )
    assert evidence(scan) == {ViewEvidence.DETECTOR}


def test_detector_one_is_assumed_to_be_anterior_and_has_to_be_confirmed(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, detectors=(2, 1), **NO_CODES))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.DETECTOR}
    assert scan.needs_confirmation
    assert any("a person has to confirm" in warning for warning in scan.warnings)


def test_a_prone_patient_turns_the_back_to_detector_one(tmp_path: Path) -> None:
    recumbent = Dataset()
    recumbent.PatientOrientationModifierCodeSequence = [code("1240000", "SCT", "prone")]
    scan = read_scan(
        write_nm(
            tmp_path / "x.dcm", POSTERIOR, ANTERIOR, PatientOrientationCodeSequence=[recumbent], **NO_CODES
        )
    )
    assert is_right(scan)


@pytest.mark.parametrize("swapped", [False, True])
def test_without_any_word_the_spine_tells_the_posterior_view(swapped: bool, tmp_path: Path) -> None:
    views = (POSTERIOR, ANTERIOR) if swapped else (ANTERIOR, POSTERIOR)
    scan = read_scan(write_nm(tmp_path / "x.dcm", *views, DetectorVector=None, **NO_CODES))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.IMAGE}
    assert scan.needs_confirmation


def test_two_single_frame_objects_make_one_scan_in_either_order(tmp_path: Path) -> None:
    first, second = write_pair(tmp_path, ANTERIOR, POSTERIOR)
    assert is_right(read_scan(first, second))
    scan = read_scan(second, first)
    assert is_right(scan)
    assert scan.files == (second, first)
    assert scan.acquisition.counts_accumulated == int(ANTERIOR.sum()) + int(POSTERIOR.sum())


def test_one_named_side_settles_the_other(tmp_path: Path) -> None:
    first = write_nm(tmp_path / "a.dcm", POSTERIOR, ImageID="POST", **NO_CODES)
    second = write_nm(tmp_path / "b.dcm", ANTERIOR, DetectorVector=None, **NO_CODES)
    scan = read_scan(first, second)
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.TEXT}


def test_two_files_of_one_side_are_refused(tmp_path: Path) -> None:
    first = write_nm(tmp_path / "a.dcm", ANTERIOR)
    second = write_nm(tmp_path / "b.dcm", ANTERIOR)
    with pytest.raises(AppError, match="both anterior"):
        read_scan(first, second)


def test_three_views_are_refused(tmp_path: Path) -> None:
    both = write_nm(tmp_path / "a.dcm", ANTERIOR, POSTERIOR)
    one = write_nm(tmp_path / "b.dcm", ANTERIOR)
    with pytest.raises(AppError, match="3 views"):
        read_scan(both, one)


def test_a_person_confirms_or_exchanges_the_sides(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, **NO_CODES))
    assert scan.needs_confirmation
    kept = confirm_views(scan, as_shown=True)
    exchanged = confirm_views(scan, as_shown=False)
    assert not is_right(kept)
    assert is_right(exchanged)
    for confirmed in (kept, exchanged):
        assert evidence(confirmed) == {ViewEvidence.PERSON}
        assert not confirmed.needs_confirmation
        assert confirmed.warnings == ()
        assert [view.name for view in confirmed.views] == [ViewName.ANTERIOR, ViewName.POSTERIOR]


def test_exchanging_a_single_view_renames_it(tmp_path: Path) -> None:
    scan = confirm_views(read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, **NO_CODES)), as_shown=False)
    assert scan.anterior is None
    assert scan.posterior is not None
    assert scan.warnings == ("Only the posterior view is there.",)


def test_the_hash_knows_pixels_and_shape_and_nothing_else(tmp_path: Path) -> None:
    one = read_scan(write_nm(tmp_path / "a.dcm", ANTERIOR, PatientID="A"))
    same = read_scan(write_nm(tmp_path / "b.dcm", ANTERIOR, PatientID="B"))
    changed = ANTERIOR.copy()
    changed[0, 0] += 1
    other = read_scan(write_nm(tmp_path / "c.dcm", changed))
    reshaped = read_scan(write_nm(tmp_path / "d.dcm", ANTERIOR.reshape(512, 512)))
    assert view_hash(one.views[0]) == view_hash(same.views[0])
    hashes = {view_hash(scan.views[0]) for scan in (one, other, reshaped)}
    assert len(hashes) == 3


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("ANT", ViewName.ANTERIOR),
        ("wb_posterior", ViewName.POSTERIOR),
        ("PA", ViewName.POSTERIOR),
        ("WB AP 3h", ViewName.ANTERIOR),
        ("PATIENT 4", None),
        ("POSTOPERATIVE", None),
        ("3H POST INJECTION", None),
        ("BONE SCAN POST VOID", None),
        ("WB ANT POST INJ", ViewName.ANTERIOR),
        ("PA000001", None),
        ("wholeBodyANT", ViewName.ANTERIOR),
        ("back_pain_ant", ViewName.ANTERIOR),
        ("全身后位_3", ViewName.POSTERIOR),
        ("前后位", None),
        ("GK hinten", ViewName.POSTERIOR),
        ("ANT POST", None),
        ("", None),
    ],
)
def test_words_name_a_side_only_when_they_stand_alone(words: str, side: ViewName | None) -> None:
    assert named_side(words) is side


def test_names_without_their_side_agree() -> None:
    assert without_side("case7_ant") == without_side("case7_POST") == "case7"
    assert without_side("post-case7") == "case7"
    assert without_side("case_7") == "case_7"
    assert ge_suffix("BONE_F ") is ViewName.POSTERIOR
    assert ge_suffix("F") is None


def test_counts_of_both_bodies_in_one_frame_stay_counts(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", np.hstack([ANTERIOR, POSTERIOR])))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.LAYOUT}
    assert scan.quantifiable
    assert [view.counts_accumulated for view in scan.views] == [None, None]
    assert scan.acquisition.counts_accumulated == int(ANTERIOR.sum() + POSTERIOR.sum())

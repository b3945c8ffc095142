"""Sides by DICOM headers: counted from anywhere, in file order, contradicting, or POST that means after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from app.errors import AppError
from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.pseudonyms import Pseudonyms
from app.scan.read import read_scan
from app.scan.scan import ViewEvidence, ViewName
from tests.scan.nm_files import ANTERIOR_CODE, POSTERIOR_CODE, code, nm_dataset, write_nm
from tests.scan.two_sides import ANTERIOR, NO_CODES, POSTERIOR, evidence, is_right

BACK_FIRST = {"view_codes": (POSTERIOR_CODE, ANTERIOR_CODE)}


@pytest.mark.parametrize("vector", [None, [0, 1], [1, 2], [3, 7]])
def test_codes_are_found_however_the_detectors_are_counted(vector: list[int] | None, tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, DetectorVector=vector, **BACK_FIRST))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.CODE}
    assert scan.warnings == ()


def test_detectors_that_are_counted_from_0_are_assumed_in_their_order(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, DetectorVector=[1, 0], **NO_CODES))
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.DETECTOR}


def test_a_vector_that_names_one_detector_for_both_leaves_the_codes_in_file_order(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, DetectorVector=[1, 1], **BACK_FIRST))
    assert is_right(scan)
    assert any("does not tell the frames apart" in warning for warning in scan.warnings)


def test_a_second_detector_alone_has_the_only_item(tmp_path: Path) -> None:
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, view_codes=(POSTERIOR_CODE,), detectors=(2,)))
    assert [view.name for view in scan.views] == [ViewName.POSTERIOR]
    assert evidence(scan) == {ViewEvidence.CODE}


def test_one_head_that_went_round_lists_its_views_in_order(tmp_path: Path) -> None:
    dataset = nm_dataset(POSTERIOR, ANTERIOR, detectors=(1, 1), NumberOfDetectors=1)
    head = Dataset()
    head.ViewCodeSequence = [code(*POSTERIOR_CODE), code(*ANTERIOR_CODE)]
    dataset.DetectorInformationSequence = [head]
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    scan = read_scan(tmp_path / "x.dcm")
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.CODE}


def test_view_position_with_a_value_for_each_frame_names_them_in_file_order(tmp_path: Path) -> None:
    scan = read_scan(
        write_nm(
            tmp_path / "x.dcm",
            POSTERIOR,
            ANTERIOR,
            DetectorVector=None,
            ViewPosition=["PA", "AP"],
            **NO_CODES,
        )
    )
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.TEXT}
    assert not scan.needs_confirmation


def test_codes_of_one_side_for_both_frames_leave_it_to_a_guess_that_is_told(tmp_path: Path) -> None:
    both = {"view_codes": (ANTERIOR_CODE, ANTERIOR_CODE)}
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, detectors=(2, 1), **both))
    assert is_right(scan)
    assert scan.needs_confirmation
    assert any("same name" in warning and "detector number" in warning for warning in scan.warnings)


def test_a_code_that_its_meaning_contradicts_is_followed_and_told(tmp_path: Path) -> None:
    pair = (("399001007", "SCT", "anterior"), ("399321004", "SCT", "posterior"))
    scan = read_scan(write_nm(tmp_path / "x.dcm", POSTERIOR, ANTERIOR, view_codes=pair))
    assert is_right(scan)
    said = "The view code says posterior, the meaning of the view code says anterior"
    assert f"{said}; the view code was followed." in scan.warnings


def test_of_three_frames_those_that_are_named_are_used(tmp_path: Path) -> None:
    lateral = ("399173006", "SCT", "left lateral")
    dataset = nm_dataset(POSTERIOR, ANTERIOR)
    dataset.NumberOfFrames, dataset.DetectorVector, dataset.EnergyWindowVector = 3, [1, 2, 3], [1, 1, 1]
    dataset.DetectorInformationSequence = [Dataset(), Dataset(), Dataset()]
    for item, view in zip(
        dataset.DetectorInformationSequence, (lateral, POSTERIOR_CODE, ANTERIOR_CODE), strict=True
    ):
        item.ViewCodeSequence = [code(*view)]
    frames = np.stack([np.zeros_like(ANTERIOR), POSTERIOR, ANTERIOR])
    dataset.PixelData = frames.astype("<u2").tobytes()
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    scan = read_scan(tmp_path / "x.dcm")
    assert is_right(scan)
    assert any("3 frames" in warning for warning in scan.warnings)
    for item in dataset.DetectorInformationSequence:
        item.ViewCodeSequence = [code(*ANTERIOR_CODE)]
    dataset.save_as(tmp_path / "y.dcm", enforce_file_format=True)
    with pytest.raises(AppError, match="3 frames, not one named anterior and one named posterior"):
        read_scan(tmp_path / "y.dcm")


@pytest.mark.parametrize("said", ["BONE SCAN POST VOID", "WB 3H POST INJECTION", "BONE SCAN POST"])
def test_post_in_free_text_is_weaker_than_the_detector_and_never_written_down(
    said: str, tmp_path: Path
) -> None:
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, SeriesDescription=said, BurnedInAnnotation="NO", **NO_CODES)
    scan = read_scan(path)
    assert [view.name for view in scan.views] == [ViewName.ANTERIOR]
    assert scan.needs_confirmation
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(deidentify(path, Pseudonyms(b"k" * 32), DeidentifyOptions()).content)
    assert "ViewCodeSequence" not in dcmread(copy).DetectorInformationSequence[0]


def test_post_injection_on_both_views_leaves_them_to_their_detectors(tmp_path: Path) -> None:
    tags = {"SeriesDescription": "WB 3H POST INJECTION", **NO_CODES}
    first = write_nm(tmp_path / "1.dcm", POSTERIOR, detectors=(2,), **tags)
    second = write_nm(tmp_path / "2.dcm", ANTERIOR, detectors=(1,), **tags)
    scan = read_scan(first, second)
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.DETECTOR}


def test_post_is_a_side_where_ant_stands_for_the_other_view(tmp_path: Path) -> None:
    first = write_nm(tmp_path / "1.dcm", POSTERIOR, SeriesDescription="WB POST", **NO_CODES)
    second = write_nm(tmp_path / "2.dcm", ANTERIOR, SeriesDescription="WB ANT", **NO_CODES)
    scan = read_scan(first, second)
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.TEXT}


def test_a_description_against_the_detector_is_told(tmp_path: Path) -> None:
    scan = read_scan(
        write_nm(tmp_path / "x.dcm", ANTERIOR, SeriesDescription="Bone WB posterior", **NO_CODES)
    )
    assert evidence(scan) == {ViewEvidence.DETECTOR}
    assert any("description says posterior" in warning for warning in scan.warnings)


def test_sides_that_text_named_are_written_down_however_the_detectors_are_counted(tmp_path: Path) -> None:
    path = write_nm(
        tmp_path / "x.dcm", POSTERIOR, ANTERIOR, DetectorVector=[0, 1], ViewPosition=["POST", "ANT"],
        BurnedInAnnotation="NO", **NO_CODES,
    )  # fmt: skip
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(deidentify(path, Pseudonyms(b"k" * 32), DeidentifyOptions()).content)
    scan = read_scan(copy)
    assert is_right(scan)
    assert evidence(scan) == {ViewEvidence.CODE}


def test_the_class_of_an_object_may_stand_in_the_file_meta_alone(tmp_path: Path) -> None:
    dataset = nm_dataset(ANTERIOR, POSTERIOR)
    del dataset.SOPClassUID, dataset.SOPInstanceUID
    dataset.save_as(tmp_path / "x.dcm", enforce_file_format=False)
    scan = read_scan(tmp_path / "x.dcm")
    assert is_right(scan)
    assert scan.quantifiable
    assert evidence(scan) == {ViewEvidence.CODE}


def test_captured_pictures_in_one_file_are_refused_by_what_they_are(tmp_path: Path) -> None:
    secondary = "1.2.840.10008.5.1.4.1.1.7.2"
    path = write_nm(tmp_path / "x.dcm", ANTERIOR, POSTERIOR, SOPClassUID=secondary, Modality="OT")
    with pytest.raises(AppError, match="2 captured pictures"):
        read_scan(path)

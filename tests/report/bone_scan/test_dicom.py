"""The DICOM forms: what they hold, whom they belong to, and what a validator says of them."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from PIL import Image

from app.errors import AppError
from app.report.bone_scan.dicom_sr import sr_bytes
from app.report.bone_scan.document import ReportDocument, signed
from app.report.bone_scan.encapsulated_pdf import encapsulated_pdf_bytes
from app.report.bone_scan.facts import ModelFacts
from app.report.bone_scan.pdf import pdf_bytes
from app.scan.read import read_scan
from app.scan.scan import Scan
from app.workflows.annotation.labels import labels_of
from app.workflows.reports.bone_scan import BoneScanReport, report_of
from tests.report.bone_scan.conftest import Reporter
from tests.report.bone_scan.made import labels_file, lesion, scan_file
from tests.scan.nm_files import toy_counts, write_pair

T = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
dicom3tools = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools validates the object")


def structured(document: ReportDocument, scan: Scan | None) -> highdicom.sr.ComprehensiveSR:
    return highdicom.sr.srread(BytesIO(sr_bytes(document, scan)))


def texts_of(made: pydicom.Dataset) -> str:
    """All words in the content, one per line."""
    return "\n".join(str(each.value) for each in made.iterall() if each.keyword == "TextValue")


def errors_of(content: bytes, file: Path) -> list[str]:
    file.write_bytes(content)
    run = subprocess.run(
        ["dciodvfy", str(file)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    return [line for line in (run.stdout + run.stderr).splitlines() if line.startswith("Error")]


def test_each_lesion_is_a_planar_region_on_the_frame_that_shows_it(two: BoneScanReport) -> None:
    made = structured(two.document, two.scan)
    groups = made.content.get_planar_roi_measurement_groups()
    assert len(groups) == 4
    names = {lesion.name for lesion in two.document.content.facts.lesions}
    assert {group.tracking_identifier for group in groups} == names
    frames = [group.roi.value for group in groups]
    assert all(points.shape[1] == 2 for points in frames)
    referenced = [
        item.ReferencedSOPSequence[0].ReferencedFrameNumber for group in groups for item in _images(group)
    ]
    assert sorted(referenced) == [1, 1, 2, 2]


def _images(group: object) -> list[pydicom.Dataset]:
    found: list[pydicom.Dataset] = []

    def walk(item: pydicom.Dataset) -> None:
        if str(item.get("ValueType", "")) == "IMAGE":
            found.append(item)
        for inner in item.get("ContentSequence", []):
            walk(inner)

    for item in group:  # type: ignore[attr-defined]
        walk(item)
    return found


def test_the_numbers_of_a_lesion_are_those_of_the_report(two: BoneScanReport) -> None:
    made = structured(two.document, two.scan)
    first = two.document.content.facts.lesions[0]
    (front,) = [one for one in first.sightings if one.view == "anterior"]
    group = next(
        each
        for each in made.content.get_planar_roi_measurement_groups()
        if each.tracking_identifier == first.name
        and _images(each)[0].ReferencedSOPSequence[0].ReferencedFrameNumber == 1
    )
    values = {measured.name.meaning: measured.value for measured in group.get_measurements()}
    assert values["Area"] == pytest.approx(front.area_cm2)
    assert values["Counts in the region"] == pytest.approx(front.counts)
    both = [one.value for one in group.get_measurements() if one.name.meaning == "Counts per pixel"]
    assert both == pytest.approx([front.maximum, front.mean])


def test_a_report_in_dicom_belongs_to_the_study_of_its_scan(two: BoneScanReport, tmp_path: Path) -> None:
    source = pydicom.dcmread(tmp_path / "case-7.dcm")
    for content in (sr_bytes(two.document, two.scan), encapsulated_pdf_bytes(two.document, two.scan)):
        made = pydicom.dcmread(BytesIO(content))
        assert made.StudyInstanceUID == source.StudyInstanceUID
        assert made.PatientID == source.PatientID
        assert made.SeriesInstanceUID != source.SeriesInstanceUID


def test_only_a_signed_report_is_verified(two: BoneScanReport) -> None:
    draft, final = two.document, signed(two.document, "Dr. Ö", T)
    assert structured(draft, two.scan).VerificationFlag == "UNVERIFIED"
    made = structured(final, two.scan)
    assert (made.VerificationFlag, made.CompletionFlag) == ("VERIFIED", "COMPLETE")
    assert made.VerifyingObserverSequence[0].VerifyingObserverName == "Dr. Ö^"
    for document, flag in ((draft, "UNVERIFIED"), (final, "VERIFIED")):
        content = encapsulated_pdf_bytes(document, two.scan)
        assert pydicom.dcmread(BytesIO(content)).VerificationFlag == flag


def test_the_pdf_inside_is_the_report(two: BoneScanReport) -> None:
    made = pydicom.dcmread(BytesIO(encapsulated_pdf_bytes(two.document, two.scan)))
    inside = made.EncapsulatedDocument[: made.EncapsulatedDocumentLength]
    assert inside == pdf_bytes(two.document)
    assert made.MIMETypeOfEncapsulatedDocument == "application/pdf"


def test_a_model_stands_beside_what_it_found_with_training_data_and_threshold(
    reported: Reporter, tmp_path: Path
) -> None:
    masks = labels_file(tmp_path / "m", lesion("a", 128, 300))
    report = report_of(
        (scan_file(tmp_path),),
        lesions_of=lambda scan: labels_of(scan, masks),
        model=ModelFacts("netto", "2", 0.4, "simulated scans"),
        bone_map=False,
    )
    said = texts_of(structured(report.document, report.scan))
    assert all(word in said for word in ("netto", "simulated scans", "threshold: 0.4"))


def test_what_the_report_says_and_for_what_it_is_stands_in_the_object(two: BoneScanReport) -> None:
    said = texts_of(structured(two.document, two.scan))
    assert two.document.text("interpretation") in said
    assert "For research, teaching and software testing only" in said


@dicom3tools
@pytest.mark.parametrize("final", [False, True])
def test_a_validator_finds_no_error(final: bool, two: BoneScanReport, tmp_path: Path) -> None:
    document = signed(two.document, "Dr. Ö", T) if final else two.document
    assert errors_of(sr_bytes(document, two.scan), tmp_path / "sr.dcm") == []
    assert errors_of(encapsulated_pdf_bytes(document, two.scan), tmp_path / "pdf.dcm") == []


@dicom3tools
def test_two_files_of_one_view_each_are_both_referred_to(tmp_path: Path) -> None:
    files = write_pair(tmp_path, *toy_counts(np.random.default_rng(5)), stem="case-7")
    masks = labels_file(tmp_path / "m", lesion("a", 128, 300), "case-7_1")
    report = report_of(files, masks=masks, bone_map=False)
    content = sr_bytes(report.document, report.scan)
    made = highdicom.sr.srread(BytesIO(content))
    evidence = made.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert len(evidence.ReferencedSOPSequence) == 2
    assert errors_of(content, tmp_path / "sr.dcm") == []


def test_a_header_without_patient_and_study_words_is_enough(reported: Reporter, tmp_path: Path) -> None:
    bare = scan_file(tmp_path, "bare", PatientName=None, PatientSex=None, StudyDate=None, StudyTime=None)
    report = reported(*lesion("a", 128, 300), scan=bare)
    assert structured(report.document, report.scan).PatientSex == ""


def test_a_picture_is_refused_in_one_sentence(two: BoneScanReport, tmp_path: Path) -> None:
    grey = np.full((600, 200), 255, np.uint8)
    grey[100:500, 60:140] = 120
    Image.fromarray(grey).save(tmp_path / "film_anterior.png")
    scan = read_scan(tmp_path / "film_anterior.png")
    for make in (sr_bytes, encapsulated_pdf_bytes):
        with pytest.raises(AppError, match=r"film_anterior\.png is a PNG file: a DICOM report has no study"):
            make(two.document, scan)


def test_without_its_scan_a_report_takes_no_dicom_form(two: BoneScanReport) -> None:
    with pytest.raises(AppError, match="needs the scan it refers to"):
        sr_bytes(two.document, None)

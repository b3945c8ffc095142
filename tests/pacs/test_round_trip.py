"""A scan on its way: out of the PACS, through a reader study, and its report back beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from app.cli import run
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.workflows.study.read import open_session
from tests.pacs.servers import Orthanc
from tests.report.bone_scan.made import injected, lesion
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import START
from tests.workflows.studies import read_one

PATIENTS = {"ID1": "MUSTER^ERIKA", "ID2": "MUSTER^MAX"}
SR, PDF = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.104.1"
SICK = Answer(call=True, rating=90, regions=lesion("a", 128, 300, "", rating=90.0))
WELL = Answer(call=False, rating=10, no_lesion=True)


def call(*words: object) -> None:
    assert run([str(word) for word in words]) == 0


@pytest.fixture(params=["classic", "web"])
def hospital(orthanc: Orthanc, tmp_path: Path, request: pytest.FixtureRequest) -> Orthanc:
    """A PACS with a whole-body scan of two patients, entered as `hospital`."""
    for number, (patient, name) in enumerate(PATIENTS.items()):
        words = {"PatientID": patient, "PatientName": name, "AccessionNumber": f"A{number}"}
        words |= {"StudyDate": "20260102", "BurnedInAnnotation": "NO"}
        counts = toy_counts(np.random.default_rng(number))
        file = write_nm(tmp_path / f"{patient}.dcm", *counts, **injected(), **words)
        orthanc.rest("/instances", "POST", file.read_bytes())
    by_dicom = ["--host", "127.0.0.1", "--port", orthanc.dicom, "--aet", "ORTHANC"]
    by_web = ["--url", f"http://127.0.0.1:{orthanc.http}/dicom-web"]
    way = by_dicom if request.param == "classic" else by_web
    call("pacs", "add", "hospital", *way, "--timeout", 60)
    return orthanc


def read_everything(study: Path, sick: str) -> None:
    """R1 finds a lesion in one case and none in the others."""
    clock = SimulatedClock(START)
    sitting = open_session(study, "R1", clock=clock)
    while sitting.session.snapshot.done < sitting.session.snapshot.total:
        (coming,) = sitting.session.upcoming(1)
        read_one(sitting, clock, SICK if coming.case == sick else WELL)
    sitting.close()


def stored(server: Orthanc, sop_class: str) -> list[Dataset]:
    """What the PACS holds of a class, past the program."""
    found = []
    for instance in server.rest("/instances"):  # type: ignore[attr-defined]  # a list of identifiers
        content = server.bytes_of(f"/instances/{instance}/file")
        dataset = pydicom.dcmread(io.BytesIO(content))
        found += [dataset] if dataset.SOPClassUID == sop_class else []
    return found


def test_a_scan_is_fetched_read_in_a_study_reported_and_its_report_lies_beside_it_in_the_pacs(
    hospital: Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scans, study, results, reports = (tmp_path / name for name in ("scans", "trial", "results", "reports"))
    call("pacs", "find", "hospital", "--name", "MUSTER*")
    assert "2 studies found" in capsys.readouterr().err
    call("pacs", "fetch", "hospital", "--from", "2026-01-01", "--to", scans)
    call("study", "new", study, "--scans", scans, "--readers", "R1", "--copy", "--pseudonyms")

    (original,) = (file for file in scans.rglob("*.dcm") if pydicom.dcmread(file).PatientID == "ID1")
    with (study / "coordinator" / "key.csv").open(encoding="utf-8", newline="") as file:
        (code,) = (row["case"] for row in csv.DictReader(file) if row["original"] == original.stem)
    read_everything(study, code)
    call("study", "verify", study)
    call("study", "export", study, "--out", results, "--formats", "csv,annotations")

    marks = results / "annotations" / "R1-unaided" / f"{code}.annotation.json"
    capsys.readouterr()
    other = next(file for file in scans.rglob("*.dcm") if file != original)
    assert run(["report", str(other), "--masks", str(marks)]) == 2
    assert f"The labels of {code} were made on another image" in capsys.readouterr().err
    draft = reports / f"{code}.report.json"
    call("report", original, "--masks", marks, "--question", "Metastases?", "--out", reports / f"{code}.pdf")
    call("report", draft, original, "--sign", "Dr. A", "--out", reports / f"{code}.sr.dcm")
    call("report", draft, original, "--format", "epdf", "--out", reports / f"{code}.pdf.dcm")
    capsys.readouterr()
    call("pacs", "send", "hospital", *sorted(reports.glob("*.dcm")))
    assert "2 of 2 files stored." in capsys.readouterr().out

    call("pacs", "find", "hospital", "--patient-id", "ID1", "--all")
    uid, date, patient, name, _, images = capsys.readouterr().out.strip("\n").split("\t")
    scan = pydicom.dcmread(original)
    assert (uid, date, patient, name) == (scan.StudyInstanceUID, "20260102", "ID1", "MUSTER^ERIKA")
    assert images == "3", "the scan, the structured report and the PDF"
    for sop_class in (SR, PDF):
        (report,) = stored(hospital, sop_class)
        assert (report.StudyInstanceUID, report.PatientID) == (scan.StudyInstanceUID, "ID1")
        assert (report.PatientName, report.AccessionNumber) == ("MUSTER^ERIKA", "A0")
        assert report.VerificationFlag == "VERIFIED"
    (pdf,) = stored(hospital, PDF)
    assert pdf.EncapsulatedDocument.startswith(b"%PDF")
    assert pdf.SourceInstanceSequence[0].ReferencedSOPInstanceUID == scan.SOPInstanceUID
    (structured,) = stored(hospital, SR)
    assert scan.SOPInstanceUID in structured.to_json() and "Metastases?" in structured.to_json()

    call("pacs", "fetch", "hospital", uid, "--all", "--to", tmp_path / "again")
    came = {pydicom.dcmread(file).SOPClassUID for file in (tmp_path / "again").rglob("*.dcm")}
    assert came == {scan.SOPClassUID, SR, PDF}

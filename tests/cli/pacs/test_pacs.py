"""`scintiread pacs` from end to end: a simulated scan there and back, results returned."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian, generate_uid

from app.annotation.annotation import Annotation
from app.annotation.formats import dicom_seg
from app.annotation.label_set import LabelSet
from app.annotation.region import Region
from app.cli import run
from app.scan.read import read_scan
from app.scan.scan import ViewName
from app.simulator.cohort import Cohort
from app.simulator.difficulty import PRESETS
from app.store.opening import open_study
from app.workflows.simulator.simulate import make_cohort
from tests.pacs.conftest import orthanc, running_orthanc, write_scans  # noqa: F401  (fixtures)
from tests.pacs.key_ring import memory_ring
from tests.pacs.servers import Orthanc
from tests.workflows.studies import make_study

Capture = pytest.CaptureFixture[str]


def entered(server: Orthanc) -> None:
    common = ["--timeout", "60"]
    dicom = ["--host", "127.0.0.1", "--port", str(server.dicom), "--aet", "ORTHANC"]
    assert run(["pacs", "add", "hospital", *dicom, *common]) == 0
    url = f"http://127.0.0.1:{server.http}/dicom-web"
    assert run(["pacs", "add", "web", "--url", url, *common]) == 0


def a_pdf(folder: Path, like: Dataset) -> Path:
    """An Encapsulated PDF of the same patient."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = EncapsulatedPDFStorage
    made.SOPInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.StudyInstanceUID = like.StudyInstanceUID
    made.PatientID, made.PatientName = like.PatientID, like.PatientName
    made.Modality, made.MIMETypeOfEncapsulatedDocument = "DOC", "application/pdf"
    made.EncapsulatedDocument = b"%PDF-1.4\n%%EOF\n"
    made.save_as(folder / "report.dcm", enforce_file_format=True)
    return folder / "report.dcm"


@pytest.mark.parametrize("name", ["hospital", "web"])
def test_a_simulated_scan_goes_into_a_pacs_comes_back_without_identity_into_a_study_and_results_return(
    orthanc: Orthanc,  # noqa: F811  (the fixture)
    tmp_path: Path,
    capsys: Capture,
    name: str,
) -> None:
    entered(orthanc)
    make_cohort(Cohort(1, PRESETS["trial"], 11, "trial"), tmp_path / "cohort", workers=1)
    (scan_file,) = (tmp_path / "cohort").rglob("*.dcm")
    study = make_study(tmp_path / "study", count=1).path
    assert run(["pacs", "echo", name]) == 0
    assert run(["pacs", "send", name, str(scan_file)]) == 0
    assert "1 of 1 file stored." in capsys.readouterr().out
    assert run(["pacs", "find", name, "--name", "SIMULATED*"]) == 0
    assert "SIMULATED^" in capsys.readouterr().out
    assert run(["pacs", "fetch", name, "--deidentify", "--study", str(study)]) == 0
    assert "The study has 2 cases now." in capsys.readouterr().out
    (copy,) = study.with_name("study-scans").rglob("*.dcm")
    header = pydicom.dcmread(copy)
    assert header.PatientIdentityRemoved == "YES"
    assert header.PatientID.startswith("SIM-P-")
    opened = open_study(study)
    assert any(case.simulated for case in opened.studies.cases())
    opened.close()

    scan = read_scan(copy)
    corners = np.array([[40.0, 40.0], [60.0, 40.0], [60.0, 70.0]])
    labels = LabelSet(
        Annotation(scan.case, "R1", (Region(ViewName.ANTERIOR, corners, label="metastasis"),)), {}
    )
    segs = dicom_seg.write(tmp_path / "results", labels, scan)
    pdf = a_pdf(tmp_path / "results", header)
    assert run(["pacs", "send", name, *map(str, segs), str(pdf)]) == 0
    assert "2 of 2 files stored." in capsys.readouterr().out
    stored = {entry["MainDicomTags"]["SOPInstanceUID"] for entry in orthanc.rest("/instances?expand")}
    assert {pydicom.dcmread(path).SOPInstanceUID for path in (*segs, pdf)} <= stored


def test_nodes_are_listed_and_forgotten(capsys: Capture) -> None:
    assert run(["pacs", "nodes"]) == 0
    assert "No PACS is entered" in capsys.readouterr().out
    assert run(["pacs", "add", "hospital", "--host", "pacs", "--aet", "PACS"]) == 0
    run(["pacs", "nodes"])
    assert "hospital\tPACS@pacs:104" in capsys.readouterr().out
    assert run(["pacs", "remove", "hospital"]) == 0
    assert run(["pacs", "echo", "hospital"]) == 2
    assert "No PACS is called hospital" in capsys.readouterr().err


def test_a_password_is_piped_never_an_argument(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, home: Path
) -> None:
    add = ["pacs", "add", "web", "--url", "https://pacs.example/dicom-web", "--user", "me"]
    with memory_ring() as ring:
        monkeypatch.setattr("sys.stdin", io.StringIO("open sesame\n"))
        assert run([*add, "--password-stdin"]) == 0
        assert list(ring.kept.values()) == ["open sesame"]
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert run(add) == 2
    assert "sesame" not in capsys.readouterr().out
    assert "sesame" not in (home / "config" / "settings.json").read_text(encoding="utf-8")


def test_without_a_place_for_the_files_nothing_is_asked(capsys: Capture) -> None:
    run(["pacs", "add", "hospital", "--host", "pacs", "--aet", "PACS"])
    assert run(["pacs", "fetch", "hospital"]) == 2
    assert "Where should the files go?" in capsys.readouterr().err
    assert run(["pacs", "fetch", "hospital", "--to", "x", "--series", "1.2"]) == 2

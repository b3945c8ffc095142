"""The file is a valid whole-body NM object that says on every page that it is simulated."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest

from app.scan.read import read_scan
from app.simulator.cohort import Cohort
from app.simulator.dicom import dicom_bytes
from app.simulator.difficulty import Difficulty
from app.simulator.simulate import simulate
from tests.simulator.coarse import scan

COHORT = Cohort(10, Difficulty(), seed=5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "SIM-5-0000001.dcm"
    path.write_bytes(dicom_bytes(COHORT, 1, scan(1, True)))
    return path


def test_the_program_s_own_reader_gives_back_the_counts_and_the_views(file: Path) -> None:
    read = read_scan(file)
    assert read.simulated
    assert read.quantifiable
    assert not read.needs_confirmation
    assert read.anterior is not None
    assert read.posterior is not None
    assert np.array_equal(read.anterior.counts, scan(1, True).counts[0])
    assert np.array_equal(read.posterior.counts, scan(1, True).counts[1])
    assert read.anterior.spacing_mm == pytest.approx((2.26, 2.26))
    assert read.acquisition.activity_mbq == pytest.approx(scan(1, True).record.activity_mbq, abs=0.1)


def test_the_file_says_that_it_is_simulated_and_how_it_was_made(file: Path) -> None:
    dataset = pydicom.dcmread(file)
    assert dataset.Manufacturer == "ScintiRead simulator"
    assert dataset.PatientID.startswith("SIM-")
    assert str(dataset.PatientName).startswith("SIMULATED^")
    assert "SIMULATED - NOT A PATIENT" in dataset.ImageComments
    assert list(dataset.DetectorVector) == [1, 2]
    assert list(dataset.EnergyWindowVector) == [1, 1]
    views = [item.ViewCodeSequence[0].CodeValue for item in dataset.DetectorInformationSequence]
    assert views == ["399321004", "399001007"]
    assert dataset.CountsAccumulated == scan(1, True).counts.sum()
    assert dataset.ActualFrameDuration > 0
    assert "edronate" in dataset.RadiopharmaceuticalInformationSequence[0].Radiopharmaceutical


def test_the_same_case_gives_the_same_bytes_and_another_case_another_uid() -> None:
    first = dicom_bytes(COHORT, 1, scan(1, True))
    assert first == dicom_bytes(COHORT, 1, scan(1, True))
    uids = {
        pydicom.dcmread(BytesIO(dicom_bytes(COHORT, index, scan(1, True)))).SOPInstanceUID
        for index in (1, 2, 3)
    }
    assert len(uids) == 3


def test_a_patient_is_born_once() -> None:
    first = scan(3, True)
    cohort = Cohort(10, Difficulty(), seed=5, follow_up=True)
    second = simulate(replace(first.seed, visit=1))
    files = [dicom_bytes(cohort, index, made) for index, made in ((6, first), (7, second))]
    before, after = (pydicom.dcmread(BytesIO(file), stop_before_pixels=True) for file in files)
    assert before.PatientID == after.PatientID
    assert before.PatientBirthDate == after.PatientBirthDate
    assert before.StudyDate < after.StudyDate
    assert before.PatientAge <= after.PatientAge


def test_nothing_in_the_header_tells_the_truth(file: Path) -> None:
    ill = pydicom.dcmread(BytesIO(dicom_bytes(COHORT, 1, scan(1, True))), stop_before_pixels=True)
    healthy = pydicom.dcmread(BytesIO(dicom_bytes(COHORT, 1, scan(1, False))), stop_before_pixels=True)
    del ill.CountsAccumulated, healthy.CountsAccumulated
    assert ill == healthy


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools are not installed")
def test_the_dicom_validator_finds_no_error(file: Path) -> None:
    said = subprocess.run(
        ["dciodvfy", str(file)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    lines = (said.stdout + said.stderr).splitlines()
    assert lines[0].startswith("NMImage")
    assert not [line for line in lines if line.startswith("Error")]

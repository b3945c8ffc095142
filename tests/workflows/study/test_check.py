"""The preflight finds what would spoil a study, and says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.progress import Cancelled
from app.study.findings import Severity
from app.study.protocol import Mode
from app.workflows.study.check import study_check
from app.workflows.study.new import Ingredients, new_study
from tests.scan.nm_files import toy_counts, write_nm
from tests.study.helpers import YES, protocol
from tests.workflows.studies import make_study, read_all, write_scans


def said(study: Path, case: str = "") -> list[tuple[Severity, str]]:
    return [(f.severity, f.text) for f in study_check(study).findings if f.case == case]


def test_a_sound_study_is_ready(tmp_path: Path) -> None:
    made = make_study(tmp_path, truth=True)
    preflight = study_check(made.path)
    assert preflight.ok
    assert preflight.cases == 3
    assert preflight.findings == ()


def test_patients_with_several_scans_are_told(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    for number, patient in enumerate(("P1", "P2", "P1", "P3"), start=1):
        write_nm(scans / f"C{number}.dcm", *toy_counts(np.random.default_rng(number)), PatientID=patient)
    new_study(tmp_path / "study", scans, Ingredients(protocol()))
    (finding,) = [each for each in study_check(tmp_path / "study").findings if "more than one" in each.text]
    assert finding.text == "1 patient has more than one scan in the study (C1 and C3)."
    assert "P1" not in finding.sentence


def test_a_scan_that_went_missing_or_was_damaged_blocks(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    (tmp_path / "scans" / "C1.dcm").unlink()
    (tmp_path / "scans" / "C2.dcm").write_bytes(b"DICM nonsense")
    preflight = study_check(made.path)
    assert {finding.case for finding in preflight.blocking} == {"C1", "C2"}
    assert all(finding.remedy for finding in preflight.blocking)
    assert preflight.findings[0].severity is Severity.BLOCKING


def test_an_exchanged_image_and_a_duplicate_block(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    shutil.copyfile(tmp_path / "scans" / "C1.dcm", tmp_path / "scans" / "C2.dcm")
    texts = [text for _, text in said(made.path, "C2")]
    assert any("not those" in text for text in texts)
    assert any("same image as case C1" in text for text in texts)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_missing_view_blocks_unless_the_protocol_allows_it(tmp_path: Path, allowed: bool) -> None:
    (tmp_path / "scans").mkdir()
    anterior, _ = toy_counts(np.random.default_rng(1))
    write_nm(tmp_path / "scans" / "C1.dcm", anterior)
    made = new_study(
        tmp_path / "study", tmp_path / "scans", Ingredients(protocol(allow_missing_view=allowed))
    )
    preflight = study_check(made.path)
    found = [finding for finding in preflight.findings if "Only the anterior view" in finding.text]
    assert [finding.severity for finding in found] == [Severity.NOTE if allowed else Severity.BLOCKING]


def test_truth_that_training_needs_blocks_and_truth_that_a_study_lacks_does_not(tmp_path: Path) -> None:
    unaided = make_study(tmp_path / "a")
    training = make_study(tmp_path / "b", protocol(mode=Mode.TRAINING))
    assert study_check(unaided.path).ok
    assert not study_check(training.path).ok


def test_a_protocol_edited_after_the_freeze_blocks(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    read_all(made.path, YES)
    file = made.path / "protocol.toml"
    file.write_text(file.read_text().replace("seed = 1", "seed = 5"))
    assert any("changed afterwards" in text for _, text in said(made.path))


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    made = make_study(tmp_path)

    class Impatient:
        cancelled = True

        def report(self, fraction: float, message: str) -> None:
            pass

    with pytest.raises(Cancelled):
        study_check(made.path, Impatient())


def test_a_guessed_side_blocks_until_a_person_confirmed_it(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 1)
    anterior, posterior = toy_counts(np.random.default_rng(7))
    write_nm(scans / "C2.dcm", anterior, posterior, view_codes=(None, None))
    guessed = new_study(tmp_path / "guessed", scans)
    assert [finding.case for finding in study_check(guessed.path).blocking] == ["C2"]
    confirmed = new_study(tmp_path / "confirmed", scans, confirm=lambda scan: True)
    assert study_check(confirmed.path).ok


def test_identity_in_a_file_is_told_without_its_value_and_burned_in_text_blocks(tmp_path: Path) -> None:
    views = toy_counts(np.random.default_rng(3))
    write_nm(tmp_path / "scans" / "C1.dcm", *views, PatientName="Test^Person", BurnedInAnnotation="YES")
    made = new_study(tmp_path / "study", tmp_path / "scans")
    found = study_check(made.path).findings
    assert any("PatientName" in finding.text and finding.severity is Severity.WARNING for finding in found)
    assert any("burned into" in finding.text and finding.severity is Severity.BLOCKING for finding in found)
    assert not any("Person" in finding.sentence for finding in found)

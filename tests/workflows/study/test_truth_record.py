"""The truth is bound when reading begins, corrected on record, and told nobody who reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import run
from app.errors import AppError
from app.store.opening import open_study
from app.study.conduct import COORDINATOR
from app.study.truth import read_truth
from app.workflows.study.truth_record import correct_case, record_truth, sealed_on_record, truth_records
from app.workflows.study.verify import Verification, study_verify
from tests.study.helpers import YES
from tests.workflows.studies import make_study, read_all, write_truth

BY = ("A. Coordinator", "the biopsy of May showed a metastasis")


def read_study(folder: Path, count: int = 4) -> Path:
    study = make_study(folder, count=count, truth=True).path
    read_all(study, YES)
    return study


def wrong(study: Path) -> str:
    found: Verification = study_verify(study)
    assert found.ok == (not found.problems)
    return " ".join(found.problems)


def test_a_correction_changes_the_truth_and_stands_on_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = read_study(tmp_path)
    assert wrong(study) == ""
    words = ["study", "truth", str(study), "--case", "C2", "--is", "1", "--by", BY[0], "--reason", BY[1]]
    assert run(words) == 0
    assert "The truth of 1 case was corrected" in capsys.readouterr().out
    assert read_truth(study / "coordinator" / "truth.csv")["C2"].truth
    assert wrong(study) == ""
    opened = open_study(study)
    kept = truth_records(opened.folder)
    events = [stored.event for stored in opened.readings.events(COORDINATOR)]
    assert [events[-1].payload["record"]] == list(kept)
    (made,) = kept.values()
    assert (made.reason, made.after) == (BY[1], sealed_on_record(opened))
    assert [(change.case, change.words) for change in made.changes] == [("C2", "C2 from 0 to 1")]
    assert made.before == opened.readings.truth_seals()[0]
    opened.close()
    assert run(["study", "export", str(study), "--out", str(tmp_path / "out"), "--formats", "csv"]) == 0
    table = (tmp_path / "out" / "record.csv").read_text("utf-8")
    assert "The truth of 1 case was corrected: C2 from 0 to 1" in table and BY[1] in table


def test_who_reads_finds_no_truth_in_what_is_theirs(tmp_path: Path) -> None:
    study = read_study(tmp_path)
    correct_case(study, "C2", "1", *BY)
    read_all(study, YES)
    for file in (file for file in study.rglob("*") if file.is_file()):
        if "coordinator" in file.relative_to(study).parts:
            assert file.stat().st_mode & 0o077 == 0 or file.parent.stat().st_mode & 0o077 == 0
            continue
        content = file.read_bytes()
        assert b"biopsy" not in content and b"from 0 to 1" not in content
    opened = open_study(study)
    (event,) = [stored.event for stored in opened.readings.events(COORDINATOR)]
    opened.close()
    assert set(event.payload) == {"by", "before", "after", "changed", "record"}  # neither case nor value
    assert event.case == ""


def test_a_truth_that_was_changed_without_a_record_is_told(tmp_path: Path) -> None:
    study = read_study(tmp_path)
    file = study / "coordinator" / "truth.csv"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"C2,0", b"C2,1"))
    assert "no record tells so" in wrong(study)
    with pytest.raises(AppError, match="no record tells so"):
        correct_case(study, "C4", "1", *BY)
    assert run(["study", "verify", str(study)]) == 1
    record_truth(study, *BY)
    assert wrong(study) == ""
    file.write_bytes(before)
    assert "no record tells so" in wrong(study)
    file.write_bytes(before.replace(b"C2,0", b"C2,1"))
    records = study / "coordinator" / "truth_records.jsonl"
    records.write_text(records.read_text("utf-8").replace("biopsy", "autopsy"), encoding="utf-8")
    assert "is not in truth_records.jsonl as it was" in wrong(study)


def test_a_lesion_mask_belongs_to_the_truth(tmp_path: Path) -> None:
    study = make_study(tmp_path, count=2, truth=True).path
    masks = study / "coordinator" / "lesions"
    masks.mkdir()
    (masks / "C1.npz").write_bytes(b"one")
    assert run(["study", "check", str(study)]) in (0, 1)  # takes over what was changed before the freeze
    read_all(study, YES)
    assert wrong(study) == ""
    (masks / "C1.npz").write_bytes(b"another")
    assert "no record tells so" in wrong(study)


def test_a_truth_that_comes_later_is_put_on_record_then(tmp_path: Path) -> None:
    study = make_study(tmp_path, count=3).path
    read_all(study, YES)
    (study / "coordinator").mkdir(exist_ok=True)
    write_truth(study / "coordinator" / "truth.csv")
    assert any("on no record" in remark for remark in study_verify(study).remarks)
    words = ["study", "truth", str(study), "--record", "--by", "B", "--reason", "the panel is done"]
    assert run(words) == 0
    found = study_verify(study)
    assert found.ok and not any("on no record" in remark for remark in found.remarks)
    with pytest.raises(AppError, match="on record as it is"):
        record_truth(study, *BY)


def test_several_cases_are_corrected_by_a_table_and_wrong_wishes_refused(tmp_path: Path) -> None:
    study = make_study(tmp_path, count=4, truth=True).path
    with pytest.raises(AppError, match="Nobody has opened"):
        correct_case(study, "C2", "1", *BY)
    read_all(study, YES)
    for case, value, message in (("C9", "1", "no case C9"), ("C2", "2", "no truth"), ("C2", "0", "says so")):
        with pytest.raises(AppError, match=message):
            correct_case(study, case, value, *BY)
    table = tmp_path / "new.csv"
    table.write_text("case,truth\nC2,1\nC4,1\n", encoding="utf-8")
    assert run(["study", "truth", str(study), "--set", str(table), "--by", "B", "--reason", "panel"]) == 0
    assert [each.truth for each in read_truth(study / "coordinator" / "truth.csv").values()] == [True] * 4
    assert wrong(study) == ""

"""What leaves the program is complete, and says what it lacks."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from app.annotation.formats import native
from app.annotation.label_set import sizes_of
from app.errors import AppError
from app.scan.read import read_scan
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.workflows.annotation.labels import labels_of
from app.workflows.study.export import study_export
from app.workflows.study.read import open_session
from tests.study.helpers import NO, START, YES, mark, protocol
from tests.workflows.studies import DISPLAY, make_study, read_all, read_one


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Three cases: amended after a comment that a spreadsheet would run, skipped, technical problem."""
    made = make_study(tmp_path, truth=True)
    clock = SimulatedClock(START)
    sitting = open_session(made.path, "R1", clock=clock, site="Augsburg")
    marked = Answer(call=True, rating=80, regions=(mark(70),), comment='=cmd|"calc"\nzweite Zeile ä')
    read_one(sitting, clock, marked)
    last = sitting.session.last_reading()
    assert last is not None
    sitting.session.amend(last, NO, "slipped")
    sitting.session.open_next()
    sitting.session.displayed(DISPLAY, {}, 0.1)
    clock.advance(4)
    sitting.close()
    again = open_session(made.path, "R1", clock=clock)
    again.session.open_next()
    again.session.displayed(DISPLAY, {}, 0.1)
    again.session.skip("@home")
    again.session.open_next()
    again.session.technical_problem("no image")
    again.close()
    return made.path


def test_there_is_one_row_per_presentation_with_the_answer_that_stands(study: Path, tmp_path: Path) -> None:
    study_export(study, tmp_path / "out", ["csv"])
    found = rows(tmp_path / "out" / "readings.csv")
    assert [row["read_position"] for row in found] == ["1", "2", "3"]
    assert [row["call"] for row in found] == ["0", "", ""]
    assert (found[0]["edited"], found[0]["reason"]) == ("1", "slipped")
    assert (found[1]["skipped"], found[1]["reason"], found[1]["attempt"]) == ("1", "'@home", "2")
    assert found[2]["technical_problem"] == "1"
    assert float(found[0]["active_seconds"]) == pytest.approx(8)
    assert float(found[1]["earlier_active_seconds"]) == pytest.approx(4)
    assert all(row["truth"] in ("0", "1") for row in found)


def test_replaced_answers_and_interrupted_attempts_have_tables_of_their_own(
    study: Path, tmp_path: Path
) -> None:
    study_export(study, tmp_path / "out", ["csv"])
    (amended,) = rows(tmp_path / "out" / "amendments.csv")
    assert (amended["call"], amended["rating"], amended["marks"]) == ("1", "80", "1")
    assert amended["comment"] == '\'=cmd|"calc"\nzweite Zeile ä'
    (attempt,) = rows(tmp_path / "out" / "attempts.csv")
    assert (attempt["attempt"], attempt["recovered"]) == ("1", "0")
    assert float(attempt["active_seconds"]) == pytest.approx(4)


def test_the_export_says_what_is_missing(study: Path, tmp_path: Path) -> None:
    remarks = study_export(study, tmp_path / "out").remarks
    assert any("1 reading has no call" in remark and "skipped" in remark for remark in remarks)
    assert any("technical problem" in remark for remark in remarks)


def test_unread_cases_and_missing_truth_are_told(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(readers=("R1", "R2")))
    read_all(made.path, YES)
    exported = study_export(made.path, tmp_path / "out", ["csv"])
    assert any("R2 has 3 presentations left" in remark for remark in exported.remarks)
    assert any("no truth" in remark for remark in exported.remarks)
    assert "truth" not in rows(tmp_path / "out" / "readings.csv")[0]


def test_the_workbook_has_every_table_a_dictionary_and_says_what_it_is(study: Path, tmp_path: Path) -> None:
    study_export(study, tmp_path / "out", ["xlsx"])
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx", read_only=True)
    assert book.sheetnames == [
        "about",
        "readings",
        "marks",
        "events",
        "attempts",
        "amendments",
        "summary",
        "data_dictionary",
    ]
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert "Not a medical device" in str(about["use"])
    assert about["code"] == "TEST"
    book.close()


def test_csv_and_workbook_hold_the_same_readings(study: Path, tmp_path: Path) -> None:
    study_export(study, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx", read_only=True)
    sheet = list(book["readings"].iter_rows(values_only=True))
    book.close()
    listed = rows(tmp_path / "out" / "readings.csv")
    assert list(sheet[0]) == list(listed[0])
    assert [row[sheet[0].index("hash")] for row in sheet[1:]] == [row["hash"] for row in listed]


def test_a_hidden_repeat_is_no_duplicate_and_keeps_its_reference(tmp_path: Path) -> None:
    made = make_study(tmp_path, protocol(repeats=1, repeat_distance=1))
    read_all(made.path, YES)
    exported = study_export(made.path, tmp_path / "out", ["csv"])
    found = rows(tmp_path / "out" / "readings.csv")
    assert [bool(row["repeat_of"]) for row in found].count(True) == 1
    assert not any("times" in remark for remark in exported.remarks)


def test_an_unknown_format_names_the_known_ones(study: Path, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="pdf") as caught:
        study_export(study, tmp_path / "out", ["pdf"])
    assert "csv" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_leaves_earlier_files_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way")
    with pytest.raises(AppError, match="failed"):
        study_export(study, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "a file in the way"


def test_writing_again_replaces_the_files_and_leaves_nothing_half_written(
    study: Path, tmp_path: Path
) -> None:
    first = study_export(study, tmp_path / "out")
    second = study_export(study, tmp_path / "out")
    assert first.files == second.files
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in first.files}


def test_marks_come_out_as_annotations_of_the_answers_that_stand(study: Path, tmp_path: Path) -> None:
    done = study_export(study, tmp_path / "out", ["annotations"])
    (file,) = done.files
    assert file.parent == tmp_path / "out" / "annotations" / "R1-unaided", (
        "skipped and technical ones have none"
    )
    case = file.name.removesuffix(".annotation.json")
    assert native.read(case, (file,)).annotation.regions == (), "the amended answer has no mark"

    again = open_session(make_study(tmp_path / "marked").path, "R1", clock=SimulatedClock(START))
    read_one(again, SimulatedClock(START), Answer(call=True, rating=80, regions=(mark(70),)))
    again.close()
    (file,) = study_export(tmp_path / "marked" / "study", tmp_path / "out 2", ["annotations"]).files
    scan = read_scan(tmp_path / "marked" / "scans" / f"{file.name.removesuffix('.annotation.json')}.dcm")
    labels = labels_of(scan, file.parent)
    (region,) = labels.annotation.regions
    assert (region.rating, region.vertices.tolist()) == (70, mark().vertices.tolist())
    assert labels.annotation.reader == "R1" and labels.sizes == sizes_of(scan)


def test_annotations_of_images_that_are_gone_are_refused_by_case(study: Path, tmp_path: Path) -> None:
    for file in (tmp_path / "scans").iterdir():
        file.unlink()
    with pytest.raises(AppError, match=r"The annotations of case C\d cannot be written: its images"):
        study_export(study, tmp_path / "out", ["annotations"])
    assert not list((tmp_path / "out").rglob("*.json"))

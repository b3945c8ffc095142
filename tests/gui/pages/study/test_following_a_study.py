"""A study is checked, followed, verified, exported and rehearsed through the window, and no answer shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView

from app.gui.pages.study.steps import Step
from app.study.answer import Answer
from app.study.protocol import Mode, Protocol
from tests.gui.pages.study.conftest import CASES, Coordinator, Sit, read_one

MakeStudy = Callable[..., Path]
TRUTH = "case,truth\nscan0,1\nscan1,0\n"


def rows(table: QAbstractItemView) -> list[tuple[str, ...]]:
    return [tuple(row) for row in table.rows_model.rows]  # type: ignore[attr-defined]


def test_the_preflight_names_a_file_that_went_bad_and_what_to_do(
    sit: Sit, make_study: MakeStudy, scans: Path, tmp_path: Path
) -> None:
    study = make_study()
    me = sit(study)
    broken = scans / "scan1.dcm"
    whole = broken.read_bytes()
    try:
        broken.write_bytes(whole[:5000])
        me.go(Step.PREFLIGHT)
        me.click(me.page.preflight.check_button)
    finally:
        broken.write_bytes(whole)
    first = rows(me.page.preflight.table)[0]
    assert first[0].endswith("blocks")
    assert first[1] == "scan1"
    assert first[2] and first[3]
    assert "1 finding keeps the study from being read" in me.page.preflight.summary.text()
    assert "1 blocking" in me.page.steps.item(1).toolTip()


def test_findings_are_filtered_by_weight_and_by_words(sit: Sit, make_study: MakeStudy) -> None:
    me = sit(make_study(truth=TRUTH))
    me.go(Step.PREFLIGHT)
    me.click(me.page.preflight.check_button)
    assert any(row[1] == "scan2" for row in rows(me.page.preflight.table))
    me.type(me.page.preflight.words, "scan2")
    assert {row[1] for row in rows(me.page.preflight.table)} == {"scan2"}
    me.page.preflight.shown.setFocus()
    me.qtbot.keyClicks(me.page.preflight.shown, "Only what")
    assert rows(me.page.preflight.table) == []
    assert me.page.preflight.table.isHidden()
    assert me.page.preflight.empty.text() == "No finding fits the filter."


def test_a_preflight_can_be_cancelled(sit: Sit, make_study: MakeStudy, qtbot) -> None:
    me = sit(make_study())
    me.go(Step.PREFLIGHT)
    qtbot.mouseClick(me.page.preflight.check_button, Qt.MouseButton.LeftButton)
    assert me.page.preflight.progress.isVisible()
    qtbot.mouseClick(me.page.preflight.progress.cancel, Qt.MouseButton.LeftButton)
    me.settle()
    assert not me.page.preflight.progress.isVisible()
    assert "not complete" in me.told


def page_words(me: Coordinator) -> list[str]:
    return [text.replace(str(me.page.presenter.facts.path), "") for text in me.words(me.page)]  # type: ignore[union-attr]


def test_the_matrix_shows_that_a_case_was_read_and_nothing_of_the_answer(
    sit: Sit, make_study: MakeStudy
) -> None:
    answers = (
        Answer(call=True, rating=83, comment="hot spot in L3"),
        Answer(call=False, rating=4, no_lesion=True, comment="degenerative"),
    )
    seen = []
    for name, answer in zip(("a", "b"), answers, strict=True):
        study = make_study(name, truth=TRUTH)
        case = read_one(study, "R1", answer)
        me = sit(study)
        model = me.page.progress.table.matrix
        cells = {model.row_of(row)[0]: me.matrix()[row] for row in range(CASES)}
        assert cells[case] == ["read", "to be read"]
        assert sum(row.count("read") for row in cells.values()) == 1
        seen.append((cells, page_words(me)))
        me.window.close()
    assert seen[0] == seen[1]


def test_progress_counts_what_is_read(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=True, rating=83))
    me = sit(study)
    assert me.page.steps.step is Step.PROGRESS
    assert "1 of 6 presentations read (16 %)" in me.page.progress.summary.text()
    assert (me.page.progress.readers.bars["R1"].value(), me.page.progress.readers.bars["R1"].maximum()) == (
        1,
        3,
    )
    read_one(study, "R2", Answer(call=True, rating=83))
    me.click(me.page.progress.refresh_button)
    assert "2 of 6" in me.page.progress.summary.text()


def test_a_locked_first_answer_has_a_state_of_its_own(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study(protocol=Protocol("Sequential", "SEQ", mode=Mode.SEQUENTIAL))
    case = read_one(study, "R1", Answer(call=True, rating=83), only_lock=True)
    me = sit(study)
    model = me.page.progress.table.matrix
    cells = {model.row_of(row)[0]: me.matrix()[row] for row in range(CASES)}
    assert cells.pop(case) == ["read", "first answer locked"]
    assert list(cells.values()) == [["to be read", "to be read"]] * (CASES - 1)


def test_a_case_is_found_by_typing_its_name(sit: Sit, make_study: MakeStudy, qtbot) -> None:
    me = sit(make_study())
    me.type(me.page.progress.find_line, "SCAN2")
    qtbot.keyClick(me.page.progress.find_line, Qt.Key.Key_Return)
    model = me.page.progress.table.matrix
    assert model.row_of(me.page.progress.table.currentIndex().row())[0] == "scan2"
    me.type(me.page.progress.find_line, "nothing")
    qtbot.keyClick(me.page.progress.find_line, Qt.Key.Key_Return)
    assert "No case is called “nothing”" in me.told


def test_reading_begins_from_the_page_as_the_reader_that_was_chosen(sit: Sit, make_study: MakeStudy) -> None:
    me = sit(make_study())
    me.click(me.page.progress.readers.buttons["R2"])
    assert me.window.windowTitle().startswith("Reading")
    assert not me.page.isVisible()


def test_the_chain_of_what_was_read_verifies(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=True, rating=83))
    me = sit(study)
    me.go(Step.EXPORT)
    me.click(me.page.export.verify_button)
    assert me.page.export.verdict.text().startswith("Verified")
    assert rows(me.page.export.links) == [("R1", "1", "unbroken")]


def test_a_changed_answer_is_named_with_reader_and_place(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=True, rating=83))
    read_one(study, "R2", Answer(call=False, rating=5))
    with sqlite3.connect(study / "study.db") as database:
        database.execute("UPDATE readings SET answer = replace(answer, '83', '38') WHERE reader = 'R1'")
    database.close()
    me = sit(study)
    me.go(Step.EXPORT)
    me.click(me.page.export.verify_button)
    assert me.page.export.verdict.text().startswith("Not as it was written")
    by_reader = {row[0]: row[2] for row in rows(me.page.export.links)}
    assert by_reader["R2"] == "unbroken"
    assert "reading 1 was changed" in by_reader["R1"] and "position 1" in by_reader["R1"]
    assert me.page.steps.item(3).toolTip() == "broken"


def test_an_export_writes_its_files_and_tells_what_is_missing(
    sit: Sit, make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study(truth=TRUTH)
    case = read_one(study, "R1", Answer(call=True, rating=83))
    me = sit(study)
    me.go(Step.EXPORT)
    me.type(me.page.export.folder.line, str(tmp_path / "out"))
    me.click(me.page.export.export_button)
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"readings.csv", "marks.csv", "events.csv", "results.xlsx"} <= written
    assert case in (tmp_path / "out" / "readings.csv").read_text(encoding="utf-8")
    assert "1 reading in" in me.page.export.outcome.text()
    remarks = [row[0] for row in rows(me.page.export.report)]
    assert any("R2" in remark and "left to read" in remark for remark in remarks)
    assert me.page.export.open_button.isEnabled()


@pytest.mark.parametrize("ticked", ["csv", "xlsx"])
def test_only_the_ticked_formats_are_written(
    sit: Sit, make_study: MakeStudy, tmp_path: Path, ticked: str
) -> None:
    me = sit(make_study())
    me.go(Step.EXPORT)
    me.type(me.page.export.folder.line, str(tmp_path / "out"))
    for name, box in me.page.export.formats.items():
        if box.isChecked() != (name == ticked):
            box.setFocus()
            me.qtbot.keyClick(box, Qt.Key.Key_Space)
    assert me.page.commands["export"].line.text().endswith(f"--formats {ticked}")
    me.click(me.page.export.export_button)
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {f".{ticked}"}


def test_an_export_without_a_folder_says_so(sit: Sit, make_study: MakeStudy) -> None:
    me = sit(make_study())
    me.go(Step.EXPORT)
    me.click(me.page.export.export_button)
    assert "Choose a folder" in me.told


def test_a_rehearsal_reads_a_copy_and_leaves_the_study_alone(
    sit: Sit, make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study(truth=TRUTH)
    me = sit(study)
    me.go(Step.PREFLIGHT)
    me.type(me.page.preflight.rehearsal.line, str(tmp_path / "rehearsal"))
    me.click(me.page.preflight.rehearse_button)
    assert "6 simulated readings" in me.told
    assert (tmp_path / "rehearsal" / "export" / "results.xlsx").is_file()
    assert me.page.presenter.facts is not None and me.page.presenter.facts.frozen is None
    offered = next(banner for banner in me.window.banners.shown() if banner.action_button)
    me.click(offered.action_button)
    assert me.page.presenter.facts.path == tmp_path / "rehearsal"
    assert "The study is complete" in me.page.progress.summary.text()


def test_a_damaged_database_is_an_error_in_words(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    (study / "study.db").write_bytes(b"nothing of the kind" * 1000)
    me = sit(study)
    assert "study.db" in me.told and "damaged" in me.told

"""A study is designed, made, changed before it is frozen and extended afterwards, through the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.gui.pages.study.steps import Step
from app.study.answer import Answer
from app.study.protocol_file import read_protocol
from tests.gui.pages.study.conftest import CASES, Sit, read_one

MakeStudy = Callable[..., Path]


def test_a_study_is_made_from_a_folder_of_scans(sit: Sit, scans: Path, tmp_path: Path) -> None:
    me = sit()
    new = me.page.design.new_study
    me.type(new.folder.line, str(tmp_path / "study"))
    me.type(new.scans.lines, str(scans))
    me.type(me.field("title"), "Whole body")
    me.type(me.field("code"), "WB-1")
    me.type(me.field("readers"), "R1\nR2\nR3")
    me.click(me.page.design.create_button)
    assert read_protocol(tmp_path / "study" / "protocol.toml").readers == ("R1", "R2", "R3")
    assert me.page.steps.step is Step.PREFLIGHT
    assert f"The study is made: {CASES} cases" in me.told
    assert "letter.dcm" in me.told
    assert me.page.header.title.toolTip() == "Whole body"
    assert me.window.settings.current.recent_studies[0] == str(tmp_path / "study")


def test_what_is_missing_stands_under_its_field_once_it_matters(sit: Sit) -> None:
    me = sit()
    row = me.page.design.form.rows["title"]
    assert not row.problem.isVisible()
    me.click(me.page.design.create_button)
    assert row.problem.isVisible()
    assert (
        me.page.design.new_study.rows["Scans"]
        .problem.text()
        .endswith("Choose at least one folder with scans.")
    )
    assert "4 fields are missing or wrong" in me.told
    me.type(me.field("title"), "T")
    assert not row.problem.isVisible()


def test_a_listed_problem_leads_to_its_field(sit: Sit, qtbot) -> None:
    me = sit()
    problems = me.page.design.problems
    listed = [problems.item(row).text() for row in range(problems.count())]
    at = next(row for row, text in enumerate(listed) if text.startswith("Short name"))
    problems.setFocus()
    problems.setCurrentRow(at)
    qtbot.keyClick(problems, Qt.Key.Key_Return)
    qtbot.waitUntil(me.field("code").hasFocus)


def test_the_protocol_as_text_follows_the_form(sit: Sit) -> None:
    me = sit()
    me.type(me.field("title"), "Äther")
    assert 'title = "Äther"' in me.page.design.text.toPlainText()


def test_a_folder_that_is_not_empty_is_refused_before_anything_is_written(
    sit: Sit, scans: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    me = sit()
    me.type(me.page.design.new_study.folder.line, str(tmp_path / "full"))
    assert (
        me.page.design.new_study.rows["Study folder"].problem.text().startswith("⚠ This folder is not empty")
    )


def test_scans_that_cannot_be_used_are_an_error_in_words(sit: Sit, tmp_path: Path) -> None:
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "a.dcm").write_bytes(b"")
    me = sit()
    me.type(me.page.design.new_study.folder.line, str(tmp_path / "study"))
    me.type(me.page.design.new_study.scans.lines, str(tmp_path / "junk"))
    me.type(me.field("title"), "T")
    me.type(me.field("code"), "T")
    me.click(me.page.design.create_button)
    assert "The only file is not a scan" in me.told
    assert not (tmp_path / "study").exists()
    assert me.page.design.form.protocol.title == "T"


def test_before_the_first_read_the_protocol_can_be_changed(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    me = sit(study)
    me.go(Step.DESIGN)
    assert "can still be changed" in me.page.design.state.text()
    me.type(me.field("title"), "Better title")
    me.type(me.field("readers"), "R1\nR2\nR7")
    me.click(me.page.design.save_button)
    assert read_protocol(study / "protocol.toml").readers == ("R1", "R2", "R7")
    assert me.page.header.title.toolTip() == "Better title"
    assert "drawn anew" in me.told


def test_a_protocol_that_does_not_fit_the_cases_is_not_saved(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    before = (study / "protocol.toml").read_bytes()
    me = sit(study)
    me.go(Step.DESIGN)
    me.type(me.field("warm_up_cases"), "nobody")
    me.click(me.page.design.save_button)
    assert "nobody" in me.told
    assert (study / "protocol.toml").read_bytes() == before


def test_a_change_that_is_not_saved_survives_a_look_at_another_page(sit: Sit, make_study: MakeStudy) -> None:
    me = sit(make_study())
    me.go(Step.DESIGN)
    me.type(me.field("title"), "Half typed")
    me.window.trigger("settings")
    me.window.trigger("go_coordinator")
    me.settle()
    assert me.page.design.form.protocol.title == "Half typed"


def test_after_the_first_read_the_form_is_frozen_and_says_so(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=False, rating=3))
    me = sit(study)
    me.go(Step.DESIGN)
    assert "frozen" in me.page.design.state.text()
    assert not me.field("title").isEnabled()
    assert not me.page.design.save_button.isVisible()
    assert "frozen 2 March 2026" in me.page.header.state.toolTip()
    assert me.page.design.hash.text().startswith("SHA-256 ")


def test_a_reader_is_added_to_a_frozen_study_as_a_new_version_and_files_left_out_are_named(
    sit: Sit, make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study()
    read_one(study, "R1", Answer(call=False, rating=3))
    me = sit(study)
    me.go(Step.DESIGN)
    unusable = tmp_path / "unusable"
    unusable.mkdir()
    (unusable / "letter.dcm").write_text("no scan")
    me.type(me.page.design.extend.scans.lines, str(unusable))
    me.type(me.page.design.extend.readers, "R9")
    assert me.page.commands["design"].line.text().endswith("--readers R9")
    me.page.design.form.ensureWidgetVisible(me.page.design.extend.button)
    me.click(me.page.design.extend.button)
    (banner,) = me.window.banners.shown()
    assert banner.label.text().startswith("Warning: 1 file could not be used. ")
    assert banner.hint.endswith("Version 2 is in force.")
    me.go(Step.PROGRESS)
    assert "R9" in me.page.progress.readers.bars


def test_every_operation_can_be_copied_as_a_command(sit: Sit, make_study: MakeStudy) -> None:
    study = make_study("my study")
    me = sit(study)
    for step, name, words in (
        (Step.PREFLIGHT, "check", f"scintiread study check '{study}'"),
        (Step.PROGRESS, "read", f"scintiread study read '{study}' --reader R1"),
        (Step.EXPORT, "export", f"scintiread study export '{study}' --out DIR --formats csv,xlsx"),
    ):
        me.go(step)
        me.click(me.page.commands[name].copy)
        assert QApplication.clipboard().text() == words


def test_the_later_steps_say_what_to_do_while_there_is_no_study(sit: Sit) -> None:
    me = sit()
    me.go(Step.EXPORT)
    assert me.page.no_study.isVisible()
    me.click(me.page.no_study.new_button)
    assert me.page.steps.step is Step.DESIGN
    assert me.page.design.isVisible()


def test_the_steps_are_walked_with_the_arrow_keys(sit: Sit, make_study: MakeStudy, qtbot) -> None:
    me = sit(make_study())
    me.go(Step.DESIGN)
    me.page.steps.setFocus()
    shown = []
    for _ in Step:
        shown.append((me.page.design.isVisible(), me.page.preflight.isVisible(), me.page.export.isVisible()))
        qtbot.keyClick(me.page.steps, Qt.Key.Key_Down)
    assert shown == [(True, False, False), (False, True, False), (False, False, False), (False, False, True)]


def test_a_folder_that_is_no_study_is_an_error_in_words(sit: Sit, tmp_path: Path) -> None:
    me = sit(tmp_path)
    assert "is not a study" in me.told
    assert me.page.presenter.facts is None


@pytest.mark.parametrize("scale", [100, 200])
def test_the_page_fits_a_small_window(sit: Sit, make_study: MakeStudy, scale: int) -> None:
    me = sit(make_study(), scale_percent=scale)
    me.window.resize(1280, 800)
    for step in Step:
        me.go(step)
        assert me.page.minimumSizeHint().width() <= 1280 - me.window.rail.width()


def test_a_protocol_is_kept_as_a_file_and_loaded_into_another_study(sit: Sit, tmp_path: Path) -> None:
    me = sit()
    me.type(me.field("title"), "Template")
    me.page.design.save_copy_requested.emit(str(tmp_path / "p.toml"))
    me.settle()
    assert (tmp_path / "p.toml").read_text(encoding="utf-8").startswith('title = "Template"')
    (tmp_path / "p.toml").write_text('title = "Other"\ncode = "O"\nmode = "crossover"\n', encoding="utf-8")
    me.page.design.load_requested.emit(str(tmp_path / "p.toml"))
    me.settle()
    assert me.page.design.form.protocol.title == "Other"
    assert me.page.design.form.rows["washout_days"].isVisibleTo(me.page.design.form)

"""When something goes wrong nothing is lost, and the reader is told what to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import paths
from app.scan.scan import ViewName
from app.settings import SettingsStore
from app.store.database import BUSY_SECONDS
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import Person, make_scans, make_study


def statement(study: Path, sql: str) -> None:
    """Change the study's database from outside."""
    connection = sqlite3.connect(study / "study.db")
    with connection:
        connection.execute(sql)
    connection.close()


def refuse_readings(study: Path) -> None:
    statement(
        study,
        "CREATE TRIGGER no_more BEFORE INSERT ON readings BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    )


def accept_readings(study: Path) -> None:
    statement(study, "DROP TRIGGER no_more")


def test_a_failed_save_keeps_the_reader_on_the_case_and_retry_saves_it(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    case = person.session.snapshot.assignment.case
    refuse_readings(folder)
    person.answer("y", "7")
    person.submit()
    assert person.page.notice.isVisible()
    assert "NOT SAVED" in person.page.notice.label.text()
    assert person.session.snapshot.done == 0
    assert person.canvas.scan is not None, "the images stay"
    assert person.panel.call.yes.isChecked(), "the answer stays"
    accept_readings(folder)
    person.choose("Retry")
    person.wait_for_case()
    assert not person.page.notice.isVisible()
    reading = person.session.last_reading()
    assert (reading.identity.case, reading.answer.rating) == (case, 70)
    person.leave()
    assert not study_verify(folder).problems


def test_an_answer_that_was_changed_after_the_failure_is_the_one_that_counts(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    refuse_readings(folder)
    person.answer("y", "7")
    person.submit()
    accept_readings(folder)
    person.type("n2")
    changed = person.page.clock.now().monotonic_ns
    person.choose("Retry")
    person.wait_for_case()
    reading = person.session.last_reading()
    assert (reading.answer.call, reading.answer.rating) == (False, 20)
    assert reading.times.submitted.monotonic_ns >= changed


def test_an_answer_that_cannot_be_saved_can_be_copied_elsewhere(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    person.type("m")
    person.click_image(ViewName.ANTERIOR, 120, 300)
    QTest.mouseClick(person.panel.lesions.list.rating_field, Qt.MouseButton.LeftButton)
    person.type("55")
    person.key(Qt.Key.Key_Return)
    refuse_readings(folder)
    person.answer("y", "7")
    person.submit()
    person.page.save_copy(str(tmp_path / "copy.json"))
    copy = json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert copy["reader"] == "R1"
    assert copy["case"] == person.session.snapshot.assignment.case
    assert (copy["answer"]["call"], copy["answer"]["rating"]) == (True, 70)
    assert copy["answer"]["regions"][0]["rating"] == 55
    assert person.page.notice.isVisible(), "it is still unsaved in its study"
    person.page.save_copy(str(tmp_path / "no such folder" / "copy.json"))
    assert "could not be written" in person.page.notice.label.text()


def test_a_case_that_cannot_be_shown_is_recorded_and_the_study_goes_on(tmp_path: Path, sit: Sit) -> None:
    scans = make_scans(tmp_path / "scans", cases=3)
    folder = make_study(tmp_path / "study", scans)
    first = sit(folder)
    first.wait(lambda: bool(first.page.curtain.buttons))
    order = [item.case for item in first.session.upcoming(3)]
    first.leave()
    (scans / f"{order[1]}.dcm").write_bytes(b"broken")

    person = sit(folder)
    person.start()
    person.answer()
    person.submit()
    person.wait(lambda: person.curtain == "This case cannot be shown")
    text = " ".join(person.page.curtain.curtain.lines)  # type: ignore[union-attr]
    assert order[1] not in text
    assert ".dcm" not in text
    person.choose("Try again")
    person.wait(lambda: person.curtain == "This case cannot be shown")
    person.key(Qt.Key.Key_Return)
    person.wait_for_case()
    assert person.session.snapshot.assignment.case == order[2]
    reading = person.session.last_reading()
    assert reading.flags.outcome.value == "technical problem"
    assert reading.identity.case == order[1]


def test_skipping_needs_a_reason(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    person.choose("Skip")
    assert person.panel.prompt.isVisible()
    assert not person.panel.prompt.buttons[0].isEnabled()
    person.key(Qt.Key.Key_Return)
    person.submit()
    assert person.session.snapshot.done == 0
    person.key(Qt.Key.Key_Escape)
    assert not person.panel.prompt.isVisible()
    assert person.canvas.hasFocus()
    person.choose("Skip")
    person.type("y: motion, cannot be judged")
    assert person.page.presenter.desk.sheet.answer.call is None  # type: ignore[union-attr]
    person.choose("Skip this case")
    person.wait_for_case()
    reading = person.session.last_reading()
    assert reading.flags.outcome.value == "skipped"
    assert reading.flags.reason == "y: motion, cannot be judged"


def test_a_second_reader_window_on_the_same_list_is_refused_and_names_the_holder(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    sit(folder)
    second = sit(folder)
    assert second.curtain == "This study cannot be read now"
    assert second.page.presenter is None
    assert second.page.curtain.curtain is not None
    assert "R1" in " ".join(second.page.curtain.curtain.lines)


def test_an_unknown_reader_and_a_folder_that_is_no_study_are_said_plainly(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    stranger = sit(study(), "NOBODY")
    assert stranger.curtain == "This study cannot be read now"
    stranger.choose("Another reader")
    stranger.wait(lambda: not stranger.curtain.startswith("Opening"))
    assert stranger.page.presenter is None, "even a single reader is not taken by habit"
    assert [button.text() for button in stranger.page.curtain.buttons] == ["R1"]
    (tmp_path / "empty").mkdir()
    person: Person = sit(tmp_path / "empty", "")
    assert person.curtain == "This study cannot be read now"


def test_the_log_names_neither_files_nor_patients(tmp_path: Path, sit: Sit, home: Path) -> None:
    scans = make_scans(tmp_path / "scans", cases=2)
    folder = make_study(tmp_path / "study", scans)
    for file in scans.glob("*.dcm"):
        file.write_bytes(b"broken")
    person = sit(folder)
    person.wait(lambda: bool(person.page.curtain.buttons))
    person.key(Qt.Key.Key_Return)
    person.wait(lambda: person.curtain == "This case cannot be shown")
    person.leave()
    logged = "".join(file.read_text(encoding="utf-8") for file in (home / "logs").glob("*") if file.is_file())
    assert "cannot be shown" in logged
    assert str(tmp_path) not in logged
    assert ".dcm" not in logged


def test_leaving_while_an_answer_is_not_saved_is_asked_once_more(
    study: Callable[..., Path], sit: Sit
) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    refuse_readings(folder)
    person.answer("y", "7")
    person.submit()
    person.click(person.page.header.leave)
    assert person.curtain == "The last answer is not saved"
    person.choose("Go back")
    assert person.curtain == ""
    assert person.panel.call.yes.isChecked()
    accept_readings(folder)
    person.choose("Retry")
    person.wait_for_case()
    assert person.session.snapshot.done == 1
    person.click(person.page.header.leave)
    assert person.curtain == "Finish for now?", "nothing is unsaved any more"


def test_a_second_copy_that_cannot_be_written_is_told_once(
    study: Callable[..., Path], sit: Sit, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "copies").write_text("a file where a folder should be", encoding="utf-8")
    SettingsStore(paths.user_config() / "settings.json").change(second_copy_folder=str(tmp_path / "copies"))
    person = sit(study())
    assert "second copy could not be written" in person.page.notice.label.text()
    person.choose("Understood")
    person.start()
    person.answer("y", "7")
    person.submit()
    person.wait_for_case()
    assert person.page.notice.isHidden(), "said already"
    assert person.session.snapshot.done == 1, "the answer is safe without its copy"


def test_a_database_in_use_gives_the_window_back_within_seconds(study: Callable[..., Path], sit: Sit) -> None:
    folder = study()
    person = sit(folder)
    person.start()
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    person.answer("y", "7")
    person.submit()
    assert "in use by another program" in person.page.notice.label.text()
    assert BUSY_SECONDS <= 2
    other.execute("ROLLBACK")
    other.close()
    person.choose("Retry")
    person.wait_for_case()
    assert person.session.snapshot.done == 1

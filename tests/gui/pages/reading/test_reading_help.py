"""The reading help beside the images, and keys that come before the images do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from app.gui.pages.reading.curtain import CurtainPhase
from app.store.opening import open_study
from app.study.events import EventKind
from app.study.reader_texts import ReaderTexts
from app.workflows.study.export import study_export
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.conftest import Sit
from tests.gui.pages.reading.driver import protocol

TEXTS = ReaderTexts(help="Grade 1: no uptake.\n\nGrade 2: <b>faint</b> uptake.")


def test_help_is_shown_by_key_or_click_beside_the_films_and_its_time_is_on_record(
    study: Callable[..., Path], sit: Sit, tmp_path: Path
) -> None:
    folder = study(protocol(texts=TEXTS))
    person = sit(folder)
    person.start()
    sheet = person.panel.beside.sheet
    assert person.panel.beside.help.isVisible() and not sheet.isVisible()
    person.key(Qt.Key.Key_F2)
    assert sheet.isVisible() and person.canvas.scan is not None, "the films stay"
    assert person.canvas.hasFocus()
    person.click(person.panel.beside.help)
    assert not sheet.isVisible() and person.canvas.hasFocus()
    person.key(Qt.Key.Key_F2)
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    assert not sheet.isVisible(), "each case begins without it"
    person.answer("n", "1")
    person.submit()
    person.wait_for_case()
    person.leave()
    opened = open_study(folder)
    first, second = opened.readings.all("R1")
    kinds = [stored.event for stored in opened.readings.events("R1")]
    opened.close()
    toggled = [event.payload for event in kinds if event.kind is EventKind.ASIDE_TOGGLED]
    assert toggled == [{"what": "help", "visible": on} for on in (True, False, True)]
    active = first.times.active_seconds
    assert active is not None and 0 < first.display.seen["help"] <= active
    assert dict(second.display.seen) == {}
    assert study_verify(folder).ok
    study_export(folder, tmp_path / "out", ("csv",))
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["seen_help_seconds"]) > 0 and rows[1]["seen_help_seconds"] == ""
    assert "seen_help_seconds" in (tmp_path / "out" / "data_dictionary.csv").read_text(encoding="utf-8")


def test_a_study_without_help_has_neither_button_nor_column(study: Callable[..., Path], sit: Sit) -> None:
    person = sit(study())
    person.start()
    assert not person.panel.beside.isVisible()
    person.key(Qt.Key.Key_F2)
    assert not person.panel.beside.sheet.isVisible()


def test_a_key_that_comes_before_the_films_is_no_answer_to_them_and_that_is_said(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    person.start()
    person.answer("n", "1")
    ahead = person.page.presenter._ahead  # type: ignore[union-attr]
    person.wait(lambda: bool(ahead._slots) and all(slot.outcome for slot in ahead._slots.values()))
    person.submit()
    assert person.phase is CurtainPhase.WAITING, "the next films are not painted yet"
    person.type("y9")
    person.click(person.panel.call.yes)
    said = person.page.desk.readout.text()  # type: ignore[union-attr]
    person.wait_for_case()
    assert person.page.presenter is not None
    answer = person.page.presenter.desk.sheet.answer
    assert (answer.call, answer.rating) == (None, None)
    assert not person.panel.call.yes.isChecked()
    assert said == "The images were not on the screen yet: what was pressed before was not taken."
    person.type("y")
    assert person.panel.call.yes.isChecked(), "now it is an answer"


def test_the_screen_of_a_study_that_is_being_opened_says_that_keys_do_nothing(
    study: Callable[..., Path], sit: Sit
) -> None:
    person = sit(study())
    opening = []
    shown = person.page.show_curtain
    person.page.show_curtain = lambda curtain: (opening.append(curtain), shown(curtain))  # type: ignore[method-assign]
    person.page._studies.open(person.page._studies.study, "R1")  # type: ignore[arg-type]
    person.wait_to_be_seated()
    assert "Keys do nothing yet; the next screen says what comes." in opening[0].lines

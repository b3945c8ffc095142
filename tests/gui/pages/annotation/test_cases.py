"""From case to case: how far each is, done and next by one key, where work goes on, who does it, how long."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.annotation.formats import native
from app.gui.main_window import MainWindow
from app.gui.pages.annotation.annotator_sheet import AnnotatorSheet
from app.gui.pages.annotation.case_list import STATUS
from app.gui.pages.annotation.view import AnnotatePage
from app.gui.pages.annotation.work_time import WorkTime
from app.scan.scan import ViewName
from app.study.clock import SimulatedClock
from app.window_request import WindowRequest
from app.workflows.annotation.desk_record import read_record
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key, window

__all__ = ["window"]  # fixtures

ANT = ViewName.ANTERIOR
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def on(page: AnnotatePage, case: str, qtbot: QtBot) -> None:
    canvas = page.desk.canvas
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == case)


def statuses(page: AnnotatePage) -> list[str]:
    model = page.desk.cases.model
    return [model.data(model.index(row), STATUS).value for row in range(model.rowCount())]  # type: ignore[attr-defined]


def test_one_key_says_done_and_goes_on(page: AnnotatePage, scans: Path, qtbot: QtBot) -> None:
    assert statuses(page) == ["untouched"] * 3
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    qtbot.waitUntil(lambda: statuses(page)[0] == "in work")
    key(Qt.Key.Key_Return, CTRL)
    on(page, "b", qtbot)
    assert statuses(page) == ["done", "untouched", "untouched"]
    key(Qt.Key.Key_Return, CTRL)
    assert "Nothing is drawn on b" in page.desk.readout.text()
    assert statuses(page)[1] == "untouched", "an empty case is asked for twice"
    key(Qt.Key.Key_Return, CTRL)
    on(page, "c", qtbot)
    assert statuses(page)[1] == "verified empty"
    empty = native.read("b", (scans / "annotations" / "R7" / "b.annotation.json",)).annotation
    assert empty.regions == ()
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_Return, CTRL | SHIFT)
    assert statuses(page)[2] == "doubtful"
    assert "Every case" in page.desk.readout.text()


def test_what_is_changed_after_it_was_done_is_in_work_again(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_Return, CTRL)
    on(page, "b", qtbot)
    key(Qt.Key.Key_PageUp)
    on(page, "a", qtbot)
    assert statuses(page)[0] == "done", "looking changes nothing"
    drag(page, ANT, 100, 500)
    assert statuses(page)[0] == "in work"


def test_the_work_goes_on_where_it_was_left_with_all_that_was_said(
    window: MainWindow, page: AnnotatePage, scans: Path, open_program: OpenProgram, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_Return, CTRL)
    on(page, "b", qtbot)
    key(Qt.Key.Key_PageDown)
    on(page, "c", qtbot)
    window.close()
    again = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    there = again.pages["annotate"]
    assert isinstance(there, AnnotatePage)
    on(there, "c", qtbot)
    assert statuses(there) == ["done", "untouched", "untouched"]
    record, _ = read_record(scans / "annotations" / "R7", ())
    assert record.work("a").seconds >= 0
    assert record.last == "c"


def test_cases_are_searched_filtered_and_opened_by_a_click(page: AnnotatePage, qtbot: QtBot) -> None:
    page.desk.panel.setCurrentWidget(page.desk.cases)
    cases = page.desk.cases
    shown = cases.list.model()
    QTest.keyClicks(cases.search, "c")
    assert [shown.index(row, 0).data() for row in range(shown.rowCount())] == ["c"]
    place = cases.list.visualRect(shown.index(0, 0)).center()
    QTest.mouseClick(cases.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    on(page, "c", qtbot)
    cases.search.clear()
    key(Qt.Key.Key_Return, CTRL)
    key(Qt.Key.Key_Return, CTRL)
    on(page, "a", qtbot)
    cases.far.setCurrentIndex(cases.far.findData("not finished"))
    cases.far.activated.emit(cases.far.currentIndex())
    assert [shown.index(row, 0).data() for row in range(shown.rowCount())] == ["a", "b"]


def test_the_annotator_is_on_the_screen_and_can_be_another(
    window: MainWindow, page: AnnotatePage, scans: Path, qtbot: QtBot
) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert page.desk.row.annotator.text() == "R7"
    QTest.mouseClick(page.desk.row.annotator, Qt.MouseButton.LeftButton)
    sheet = page.findChild(AnnotatorSheet)
    assert sheet is not None
    sheet.code.clear()
    QTest.keyClicks(sheet.code, "R8")
    QTest.mouseClick(sheet.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.desk.row.annotator.text() == "R8")
    qtbot.waitUntil(lambda: page.desk.canvas.marks.regions == ())
    assert (scans / "annotations" / "R7" / "a.annotation.json").is_file()
    assert not (scans / "annotations" / "R7.lock").exists()
    assert (scans / "annotations" / "R8.lock").exists()


@pytest.mark.parametrize(("pauses", "seconds"), [((5, 5, 5), 15), ((5, 300, 5), 10), ((), 0)])
def test_a_break_is_no_work(pauses: tuple[float, ...], seconds: float) -> None:
    clock = SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC))
    time = WorkTime(clock)
    for pause in pauses:
        clock.advance(pause)
        time.seen()
    assert time.taken() == pytest.approx(seconds)
    assert time.taken() == 0

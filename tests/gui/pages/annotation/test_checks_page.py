"""Before a case is done the page shows what to look at; a click goes there, and a protocol may insist."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.annotation.case_list import STATUS
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, key, window

__all__ = ["window"]  # fixtures

ANT = ViewName.ANTERIOR
CTRL = Qt.KeyboardModifier.ControlModifier


def told(page: AnnotatePage) -> list[str]:
    rows = page.desk.concerns.list
    return [rows.item(row).text() for row in range(rows.count())]


def status(page: AnnotatePage) -> str:
    model = page.desk.cases.model
    return str(model.data(model.index(0), STATUS))


def draw_overlap(page: AnnotatePage) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200, 30)
    key(Qt.Key.Key_2)
    drag(page, ANT, 112, 212, 30)


def test_concerns_are_shown_first_and_a_click_looks_at_the_place(page: AnnotatePage, qtbot: QtBot) -> None:
    draw_overlap(page)
    key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: status(page) == "in work")
    assert "1 thing to look at first." in page.desk.readout.text()
    concerns = page.desk.concerns
    assert page.desk.panel.currentWidget() is concerns
    assert "Lesions 1 and 2 overlap: metastasis and degenerative." in told(page)
    page.desk.canvas.marks.select("")
    row = next(row for row, text in enumerate(told(page)) if "overlap" in text)
    place = concerns.list.visualItemRect(concerns.list.item(row)).center()
    QTest.mouseClick(concerns.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.desk.canvas.marks.selected == page.desk.canvas.marks.regions[1].uuid
    assert not page.desk.canvas.films.viewpoint.fitted
    key(Qt.Key.Key_Delete)
    assert not any("overlap" in text for text in told(page)), "the list follows what is drawn"
    key(Qt.Key.Key_Return, CTRL)
    canvas = page.desk.canvas
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    assert status(page) == "done"


def test_said_again_it_is_done_all_the_same(page: AnnotatePage, qtbot: QtBot) -> None:
    draw_overlap(page)
    key(Qt.Key.Key_Return, CTRL)
    key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: status(page) == "done")


def opened(open_program: OpenProgram, scans: Path, qtbot: QtBot) -> tuple[MainWindow, AnnotatePage]:
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"))
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    return window, page


def test_what_the_protocol_of_the_folder_asks_for_cannot_be_passed_by(
    open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    (scans / "annotations").mkdir()
    (scans / "annotations" / "protocol.toml").write_text('[checks]\noverlap = "block"\n')
    _, page = opened(open_program, scans, qtbot)
    draw_overlap(page)
    for _ in range(3):
        key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: status(page) == "in work")
    assert "The protocol of the folder asks for that first." in page.desk.readout.text()
    assert any(text.startswith("! ") for text in told(page))


def test_a_protocol_that_cannot_be_used_is_told_and_keeps_nobody_from_work(
    open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    (scans / "annotations").mkdir()
    (scans / "annotations" / "protocol.toml").write_text('[checks]\nlungs = "block"\n')
    window, page = opened(open_program, scans, qtbot)
    assert any("protocol.toml cannot be used" in banner.text for banner in window.banners.shown())
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert len(page.desk.canvas.marks.regions) == 1

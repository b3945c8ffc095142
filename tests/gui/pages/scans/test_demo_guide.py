from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.reading.view import ReadingPage
from app.gui.pages.scans.view import LibraryPage
from app.progress import Progress, check_cancelled
from app.window_request import DemoWish, WindowRequest
from app.workflows.rehearsal import demo
from tests.gui.conftest import OpenProgram
from tests.workflows.studies import make_study, write_scans, write_truth


@pytest.fixture(autouse=True)
def two_quick_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Toy scans instead of simulated patients: these tests are about the window."""

    def source(_count: int) -> demo.ScanSource:
        def make(folder: Path, _seed: int, progress: Progress) -> demo.ScanSet:
            progress.report(0.5, "1 of 2 scans simulated")
            return demo.ScanSet(write_scans(folder / "scans", 2), write_truth(folder / "truth.csv", 2))

        return make

    monkeypatch.setattr(demo, "demo_scans", source)


def library(window: MainWindow) -> LibraryPage:
    page = window.pages["library"]
    assert isinstance(page, LibraryPage)
    return page


def test_the_demo_explains_itself_while_it_is_prepared_and_enter_begins(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_program(WindowRequest(demo=DemoWish(tmp_path / "demo")))
    guide = library(window).guide
    assert guide is not None
    assert guide.isVisible()
    qtbot.waitUntil(guide.read_button.isEnabled, timeout=20_000)
    assert guide.state.text() == "Ready."
    qtbot.waitUntil(guide.read_button.hasFocus)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.windowTitle() == "Reading – ScintiRead"
    reading = window.pages["reading"]
    assert isinstance(reading, ReadingPage)

    def first_button() -> str:
        return next((button.text() for button in reading.curtain.buttons), "")

    qtbot.waitUntil(lambda: "Cancel" not in first_button())  # while the study is opened
    assert first_button().endswith("(Enter)"), "nobody has to freeze a study that is there to be tried"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reading.desk.canvas.isVisible() and reading.desk.canvas.scan is not None)
    assert window.settings.current.recent_studies == (str(tmp_path / "demo" / "study"),)


def test_the_button_of_the_empty_library_leads_to_the_same_demo_again(
    open_program: OpenProgram, qtbot: QtBot, home: Path
) -> None:
    window = open_program()
    page = library(window)
    page.shelf.welcome.demo_button.click()
    assert page.guide is not None
    qtbot.waitUntil(page.guide.coordinate_button.isEnabled, timeout=20_000)
    page.guide.coordinate_button.click()
    assert window.windowTitle() == "Coordinator – ScintiRead"
    window.open_page(WindowRequest())
    assert page.shelf.isVisible()
    page.show_demo(DemoWish())
    qtbot.waitUntil(page.guide.read_button.isEnabled, timeout=20_000)
    assert len(list((home / "data" / "demo").iterdir())) == 1


def test_not_now_stops_the_work_and_leads_back_to_the_library(
    open_program: OpenProgram, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_folder: Path, _seed: int, progress: Progress) -> demo.ScanSet:
        while True:
            check_cancelled(progress)
            time.sleep(0.01)

    monkeypatch.setattr(demo, "demo_scans", lambda _count: endless)
    window = open_program(WindowRequest(demo=DemoWish()))
    page = library(window)
    assert page.guide is not None
    for reflex in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget(), reflex)
        assert page.guide.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert page.guide.leave_button.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert page.shelf.isVisible()
    qtbot.waitUntil(lambda: not window.tasks.running, timeout=20_000)
    assert window.banners.shown() == ()


def test_a_demo_that_cannot_be_made_says_why_and_leaves_the_way_back(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    window = open_program(WindowRequest(demo=DemoWish(tmp_path / "thesis")))
    guide = library(window).guide
    assert guide is not None
    qtbot.waitUntil(lambda: "thesis is not empty" in guide.state.text(), timeout=20_000)
    assert not guide.read_button.isEnabled()
    guide.leave_button.click()
    assert library(window).shelf.isVisible()


def test_recent_studies_are_called_by_their_titles_and_the_keyboard_waits_at_read(
    open_program: OpenProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    study = make_study(tmp_path, count=1).path
    gone = tmp_path / "gone"
    window = open_program(recent_studies=(str(study), str(gone)))
    recent = library(window).shelf.recent
    assert recent.read_button.hasFocus()
    qtbot.waitUntil(lambda: "\n" in recent.list.item(0).text(), timeout=20_000)
    assert recent.list.item(0).text() == f"Test\n{tmp_path.name}/study"
    assert recent.list.item(1).text().endswith("gone, not there now")
    assert not recent.nothing.isVisible()


def test_without_recent_studies_the_list_says_what_it_is_for(open_program: OpenProgram) -> None:
    recent = library(open_program()).shelf.recent
    assert recent.nothing.isVisible()
    assert not recent.list.isVisible()

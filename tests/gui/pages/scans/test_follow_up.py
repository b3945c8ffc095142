"""A scan beside an earlier one of the same patient, by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QTableWidget
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.scans.view import LibraryPage
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.window_request import WindowRequest
from app.workflows.reports.follow_up import FollowUp, follow_up
from app.workflows.simulator.simulate import make_cohort
from tests.gui.conftest import OpenProgram


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("visits")
    make_cohort(Cohort(80, preset("trial", 0.7), 902, "trial", True), out, first=4, last=6)
    return sorted((out / "scans").glob("*.dcm"))


def choose(page: LibraryPage, file: Path) -> None:
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(file)])
    dialog.close()


@pytest.fixture
def page(open_program: OpenProgram, visits: list[Path], qtbot: QtBot) -> LibraryPage:
    window: MainWindow = open_program(WindowRequest(paths=(visits[1],)))
    page = window.pages["library"]
    assert isinstance(page, LibraryPage)
    qtbot.waitUntil(lambda: page.viewer is not None and page.viewer.canvas.scan is not None, timeout=30_000)
    return page


def compared(page: LibraryPage, visits: list[Path], qtbot: QtBot) -> None:
    assert page.viewer is not None
    QTest.mouseClick(page.viewer.compare_button, Qt.MouseButton.LeftButton)
    choose(page, visits[0])
    qtbot.waitUntil(
        lambda: page.comparison is not None and page.comparison.current.scan is not None, timeout=120_000
    )
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)


def test_prior_and_current_stand_side_by_side_under_one_zoom_and_levels(
    page: LibraryPage, visits: list[Path], qtbot: QtBot
) -> None:
    compared(page, visits, qtbot)
    view = page.comparison
    assert view is not None
    assert view.isVisible()
    assert "177 days before" in view.left_name.text()
    assert "flare" in view.notes.text()
    before = view.current.display.levels
    assert view.prior.display.levels == before
    QTest.keyClick(view.current, Qt.Key.Key_Comma)
    assert view.prior.display.levels == view.current.display.levels
    assert view.prior.display.levels.upper < before.upper
    for _ in range(3):
        QTest.keyClick(view.current, Qt.Key.Key_Plus)
    assert view.current.films.viewpoint.zoom == pytest.approx(view.prior.films.viewpoint.zoom)
    view.prior.films.pan_by(0, -60, view.prior.rect().center().toPointF())
    assert view.current.films.viewpoint.down == pytest.approx(view.prior.films.viewpoint.down, abs=1e-6)

    QTest.keyClick(view.current, Qt.Key.Key_X)
    assert view.difference.isVisible()
    assert not view.prior.isVisible()
    assert view.difference_button.isChecked()
    assert view.difference.films.viewpoint.zoom == pytest.approx(view.current.films.viewpoint.zoom)
    name = view.left_name
    assert name.heightForWidth(name.width()) <= name.height(), "the legend is not cut off"
    assert name.width() < name.fontMetrics().horizontalAdvance(name.text())
    QTest.keyClick(view.current, Qt.Key.Key_X)
    assert view.prior.isVisible()

    QTest.mouseClick(view.back_button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert page.viewer is not None
    assert page.viewer.isVisible()
    assert view.current.scan is None


def test_a_later_scan_is_refused_in_one_sentence(
    open_program: OpenProgram, visits: list[Path], qtbot: QtBot
) -> None:
    window = open_program(WindowRequest(paths=(visits[0],)))
    page = window.pages["library"]
    assert isinstance(page, LibraryPage)
    qtbot.waitUntil(lambda: page.viewer is not None and page.viewer.canvas.scan is not None, timeout=30_000)
    assert page.viewer is not None
    QTest.keyClick(page.viewer.canvas, Qt.Key.Key_P)
    choose(page, visits[1])
    qtbot.waitUntil(
        lambda: any("was made after" in one.text for one in window.banners.shown()), timeout=60_000
    )
    assert page.viewer.compare_button.isEnabled()


def test_the_lesions_of_both_scans_bring_their_indices_beside_each_other(
    page: LibraryPage, visits: list[Path], qtbot: QtBot
) -> None:
    compared(page, visits, qtbot)
    view = page.comparison
    assert view is not None
    assert not view.changes.isVisible()
    assert "no labels of both scans" in view.notes.text()
    for _ in range(3):
        QTest.keyClick(view.current, Qt.Key.Key_Plus)
    QTest.keyClick(view.current, Qt.Key.Key_X)
    zoom = view.current.films.viewpoint.zoom

    view.drawn_action.trigger()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.directory().absolutePath()) == visits[0].parent, "it looks where the scan lies"
    choose(page, visits[0].parent.parent / "labels")
    qtbot.waitUntil(view.changes.isVisible, timeout=120_000)
    table = view.changes.table
    rows = {
        item(table, row, 0): [item(table, row, at) for at in (1, 2, 3)] for row in range(table.rowCount())
    }
    found = compare_from_files(visits)
    assert len(rows) == len(found.changes) >= 6
    lesions = next(each for each in found.changes if each.name == "Lesions")
    assert rows["Lesions"][:2] == [f"{lesions.prior:g}", f"{lesions.current:g}"]
    assert "BSI, %" in rows
    assert not any("e+" in number for numbers in rows.values() for number in numbers)
    assert "of the current scan" in view.changes.words.text()
    listed = view.changes.lesions
    assert listed.rowCount() == len({each.lesion for each in found.lesions}) > 0
    news = [item(listed, row, 0) for row in range(listed.rowCount()) if item(listed, row, 1) == "new"]
    assert [int(number) for number in news] == sorted(found.new_lesions)
    drawn = view.current.marks.regions
    assert len(drawn) == sum(len(each.drawn) for each in found.lesions)
    numbers = view.current.marks.annotation.lesion_numbers
    assert sorted({numbers[each.lesion] for each in drawn if each.label == "new"}) == sorted(
        found.new_lesions
    )
    assert len(view.prior.marks.regions) >= len({each.lesion for each in found.before}) > 0
    place = listed.visualItemRect(listed.item(0, 0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert numbers[view.current.marks.annotation.region(view.current.marks.selected).lesion] == 1
    assert view.current.films.viewpoint.zoom == pytest.approx(zoom)
    assert "no labels of both scans" not in view.notes.text()
    assert view.current.films.viewpoint.zoom == pytest.approx(zoom), "what the reader looks at stays"
    assert view.difference_button.isChecked()
    assert not table.horizontalScrollBar().isVisible()
    films = (view.difference, view.current)
    left, right = (film.rect().translated(film.mapTo(view, QPoint(0, 0))) for film in films)
    assert (left.top(), left.height()) == (right.top(), right.height()), "the films stand on one level"


def test_lesions_that_a_model_drew_are_said_to_be_a_models(
    page: LibraryPage, visits: list[Path], qtbot: QtBot
) -> None:
    compared(page, visits, qtbot)
    view = page.comparison
    assert view is not None
    view.found_action.trigger()
    assert not view.lesions_button.isEnabled()
    qtbot.waitUntil(view.lesions_button.isEnabled, timeout=120_000)
    assert "lesions drawn by scintiread" in view.notes.text()
    assert "not by a person" in view.notes.text()
    assert view.changes.isVisible()


def test_a_folder_without_these_lesions_is_told_and_the_comparison_stays(
    page: LibraryPage, visits: list[Path], qtbot: QtBot, tmp_path: Path
) -> None:
    compared(page, visits, qtbot)
    view = page.comparison
    assert view is not None
    view.drawn_action.trigger()
    choose(page, tmp_path)
    window = page.window()
    assert isinstance(window, MainWindow)
    qtbot.waitUntil(lambda: bool(window.banners.shown()), timeout=60_000)
    assert view.isVisible()
    assert view.lesions_button.isEnabled()


def item(table: QTableWidget, row: int, column: int) -> str:
    cell = table.item(row, column)
    assert cell is not None
    return cell.text()


def compare_from_files(visits: list[Path]) -> FollowUp:
    labels = visits[0].parent.parent / "labels"
    return follow_up(visits[0], visits[1], labels, labels)

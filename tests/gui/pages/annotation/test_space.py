"""Room for the films: how much they have, what folds away, and what is carried over to the next case."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.pages.annotation.view import AnnotatePage
from app.scan.scan import ViewName
from app.window_request import WindowRequest
from tests.gui.conftest import OpenProgram
from tests.gui.pages.annotation.test_annotate_page import drag, draw_two, key, window

__all__ = ["window"]  # fixtures

ANT, POST = ViewName.ANTERIOR, ViewName.POSTERIOR
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def share(page: AnnotatePage) -> float:
    """Of the window that belongs to the films."""
    whole, canvas = page.window(), page.desk.canvas
    return canvas.width() * canvas.height() / (whole.width() * whole.height())


def rows_that_fit(page: AnnotatePage) -> int:
    table = page.desk.lesions.table
    return table.viewport().height() // max(table.sizeHintForRow(0), 1)


def resized(window: MainWindow, width: int, height: int, qtbot: QtBot) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (width, height))


@pytest.mark.parametrize(("width", "height", "least"), [(1366, 768, 0.6), (1920, 1080, 0.7)])
def test_the_films_have_most_of_the_window_and_the_list_its_rows(
    window: MainWindow, page: AnnotatePage, qtbot: QtBot, width: int, height: int, least: float
) -> None:
    resized(window, width, height, qtbot)
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    qtbot.waitUntil(lambda: share(page) >= least)
    assert rows_that_fit(page) >= 6
    before = share(page)
    key(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: share(page) > before + 0.1)
    assert not page.desk.panel.isVisible()
    QTest.mouseClick(page.desk.row.fold_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: share(page) == before)


def test_with_large_letters_the_list_still_has_its_rows(
    open_program: OpenProgram, scans: Path, qtbot: QtBot
) -> None:
    window = open_program(WindowRequest(page="annotate", paths=(scans,), reader="R7"), scale_percent=150)
    page = window.pages["annotate"]
    assert isinstance(page, AnnotatePage)
    qtbot.waitUntil(lambda: page.desk.canvas.scan is not None)
    resized(window, 1366, 768, qtbot)
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert rows_that_fit(page) >= 6


def test_the_films_leave_the_air_out_and_fill_the_width_by_key(page: AnnotatePage) -> None:
    films = page.desk.canvas.films
    panel = films.panel_of(ANT)
    assert panel is not None
    assert panel.film_rect.height() >= page.desk.canvas.height(), "the air below the feet is cut off"
    key(Qt.Key.Key_F, SHIFT)
    covered = sum(panel.visible_film.width() for panel in films.panels)
    assert covered > 0.95 * page.desk.canvas.width()
    assert panel.to_image(panel.rect.topLeft())[1] < 60, "from the head on"
    key(Qt.Key.Key_F)
    assert films.viewpoint.fitted


def test_filling_the_width_goes_on_with_the_next_case(page: AnnotatePage, qtbot: QtBot) -> None:
    canvas = page.desk.canvas
    key(Qt.Key.Key_F, SHIFT)
    key(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    assert canvas.films.viewpoint.filling


def test_levels_and_zoom_are_kept_when_that_is_wanted(page: AnnotatePage, qtbot: QtBot) -> None:
    canvas = page.desk.canvas
    key(Qt.Key.Key_K, CTRL)
    assert "stay as they are" in page.desk.readout.text()
    for _ in range(3):
        key(Qt.Key.Key_Plus)
    canvas.display.set_levels(1, 77)
    zoom = canvas.films.viewpoint.zoom
    key(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    assert canvas.display.levels.upper == 77
    assert canvas.films.viewpoint.zoom == pytest.approx(zoom)


def test_lesions_are_copied_to_the_next_case(page: AnnotatePage, qtbot: QtBot) -> None:
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    key(Qt.Key.Key_V)
    canvas = page.desk.canvas
    before = {region.view: region for region in canvas.marks.regions}
    key(Qt.Key.Key_C, CTRL)
    key(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: canvas.scan is not None and canvas.scan.case == "b")
    key(Qt.Key.Key_V, CTRL)
    after = {region.view: region for region in canvas.marks.regions}
    assert {view: region.vertices.tolist() for view, region in after.items()} == {
        view: region.vertices.tolist() for view, region in before.items()
    }
    assert after[ANT].lesion == after[POST].lesion != before[ANT].lesion
    key(Qt.Key.Key_Z, CTRL)
    assert canvas.marks.regions == ()


def film(page: AnnotatePage) -> QImage:
    """What is on the canvas, without anything under the pointer."""
    canvas = page.desk.canvas
    canvas.marks.select("")
    canvas.input._left()
    return canvas.grab().toImage()


def test_numbers_density_and_classes_can_be_hidden_and_come_back(page: AnnotatePage) -> None:
    draw_two(page)
    key(Qt.Key.Key_S)
    shown = film(page)
    key(Qt.Key.Key_H, SHIFT)
    without_numbers = film(page)
    assert without_numbers != shown
    look = page.desk.marks_look
    look.classes["metastasis"].trigger()
    assert film(page) != without_numbers
    assert look.text() == "Show (not all)"
    look.classes["metastasis"].trigger()
    key(Qt.Key.Key_H, SHIFT)
    assert film(page) == shown
    look.opacity.setValue(30)
    assert film(page) != shown


def test_menus_and_keys_are_those_of_this_page_first(window: MainWindow, page: AnnotatePage) -> None:
    menus = [action.text().replace("&", "") for action in window.menuBar().actions() if action.isVisible()]
    assert menus == ["File", "Go", "Images", "Marks", "Annotate", "Help"]
    assert not window.actions_of_window.qactions["compare_prior"].isVisible()
    assert window.actions_of_window.qactions["redo"].isVisible(), "grey is what works here, only not now"
    key(Qt.Key.Key_F1)
    assert window.sheet is not None
    titles = [
        each.text() for each in window.sheet.findChildren(QLabel) if each.property("role") == "subheading"
    ]
    assert titles[:3] == ["Annotate, while annotating", "Marks", "Images"]
    key(Qt.Key.Key_F1)
    window.trigger("go_library")
    menus = [action.text().replace("&", "") for action in window.menuBar().actions() if action.isVisible()]
    assert "Annotate" not in menus


def test_the_panel_floats_over_the_films_and_stands_beside_them_again(
    window: MainWindow, page: AnnotatePage, qtbot: QtBot
) -> None:
    resized(window, 1366, 768, qtbot)
    before, place = share(page), page.desk.place
    page.desk.lesions.table.setFocus()
    key(Qt.Key.Key_F9, SHIFT)
    assert page.desk.canvas.hasFocus(), "and not the rail of the window"
    qtbot.waitUntil(lambda: share(page) > before + 0.1)
    assert place.floating
    assert page.desk.lesions.isVisible()
    at = place.pos()
    middle = place.handle.rect().center()
    QTest.mousePress(place.handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(place.handle, middle - QPoint(300, 40))
    QTest.mouseRelease(place.handle, Qt.MouseButton.LeftButton, pos=middle)
    assert at - place.pos() == QPoint(300, 40)
    QTest.mousePress(place.handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(place.handle, middle - QPoint(3000, 0))
    QTest.mouseRelease(place.handle, Qt.MouseButton.LeftButton, pos=middle)
    assert place.pos().x() == 0, "never out of the window"
    key(Qt.Key.Key_E)
    drag(page, ANT, 100, 200)
    assert page.desk.lesions.model.rowCount() == 1, "keys and films work as before"
    key(Qt.Key.Key_F9)
    assert not place.isVisible()
    key(Qt.Key.Key_F9)
    assert place.isVisible()
    QTest.mouseDClick(place.handle, Qt.MouseButton.LeftButton, pos=middle)
    assert not place.floating
    assert page.desk.canvas.hasFocus()
    qtbot.waitUntil(lambda: share(page) == before)

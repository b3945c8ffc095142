"""Everything on the films without a mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.annotation.region import Region
from app.gui.canvas.scan_canvas import ScanCanvas

from .conftest import ANT, POST, Mouse

Key, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def press(canvas: ScanCanvas, key: Qt.Key, times: int = 1, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    for _ in range(times):
        QTest.keyClick(canvas, key, modifiers)


def test_a_polygon_is_drawn_by_keys_alone(canvas: ScanCanvas) -> None:
    canvas.marks.set_tool("polygon")
    press(canvas, Key.Key_Right)  # the cursor appears in the middle: pixel (50, 200)
    press(canvas, Key.Key_Space)
    press(canvas, Key.Key_Right, 2, SHIFT)
    press(canvas, Key.Key_Space)
    press(canvas, Key.Key_Down, 15)
    press(canvas, Key.Key_Space)
    press(canvas, Key.Key_Return)
    (region,) = canvas.marks.regions
    assert region.view is ANT
    assert region.vertices.tolist() == [[50.5, 200.5], [70.5, 200.5], [70.5, 215.5]]


def test_enter_places_until_there_is_an_outline_to_close(canvas: ScanCanvas) -> None:
    canvas.marks.set_tool("polygon")
    press(canvas, Key.Key_Right)
    press(canvas, Key.Key_Return)
    press(canvas, Key.Key_Right, 10)
    press(canvas, Key.Key_Return)
    press(canvas, Key.Key_Up, 10)
    press(canvas, Key.Key_Return)
    assert canvas.marks.regions == ()
    press(canvas, Key.Key_Enter)
    assert len(canvas.marks.regions[0].vertices) == 3


def test_a_point_is_placed_on_either_view(canvas: ScanCanvas) -> None:
    canvas.marks.set_tool("point")
    press(canvas, Key.Key_Left)
    press(canvas, Key.Key_Left, 20)
    press(canvas, Key.Key_Space)
    press(canvas, Key.Key_Tab)
    press(canvas, Key.Key_Return)
    first, second = canvas.marks.regions
    assert (first.view, second.view) == (ANT, POST)
    assert first.vertices[0].tolist() == [30.5, 200.5]
    assert second.vertices[0].tolist() == [69.5, 200.5]  # the same place of the patient


def test_space_without_the_keyboard_cursor_places_nothing(canvas: ScanCanvas, mouse: Mouse) -> None:
    canvas.marks.set_tool("point")
    mouse.move(canvas.films.to_widget(ANT, 30, 30))
    press(canvas, Key.Key_Space)
    assert canvas.marks.regions == ()


def test_the_keyboard_cursor_starts_under_the_mouse(canvas: ScanCanvas, mouse: Mouse) -> None:
    told: list[str] = []
    mouse.move(canvas.films.to_widget(POST, 20.5, 50.5))
    canvas.input.cursor_moved.connect(told.append)
    press(canvas, Key.Key_Down)
    press(canvas, Key.Key_Down)
    assert told == ["250 counts @ POST (20, 50)", "20 counts @ POST (20, 51)"]


def test_the_keyboard_cursor_stays_on_the_image(canvas: ScanCanvas) -> None:
    told: list[str] = []
    canvas.input.cursor_moved.connect(told.append)
    press(canvas, Key.Key_Up, 60, SHIFT)
    press(canvas, Key.Key_Left, 30, SHIFT)
    assert told[-1] == "0 counts @ ANT (0, 0)"


def test_the_film_follows_the_keyboard_cursor(canvas: ScanCanvas) -> None:
    canvas.films.zoom_by(4)
    press(canvas, Key.Key_Down)
    press(canvas, Key.Key_Down, 15, SHIFT)
    assert canvas.rect().contains(canvas.films.to_widget(ANT, 50.5, 350.5))


def test_a_mark_is_selected_and_moved_by_keys(canvas: ScanCanvas) -> None:
    canvas.marks.put((Region(ANT, np.array([[40, 190], [60, 190], [60, 210.0]])),))
    canvas.marks.set_tool("select")
    press(canvas, Key.Key_Right, 4)
    press(canvas, Key.Key_Space)
    assert canvas.marks.selected == canvas.marks.regions[0].uuid
    press(canvas, Key.Key_Right, 3, CTRL)
    press(canvas, Key.Key_Up, 1, CTRL)
    assert canvas.marks.regions[0].vertices.tolist() == [[43, 189], [63, 189], [63, 209]]
    canvas.marks.undo()
    assert canvas.marks.regions[0].vertices[0].tolist() == [43, 190]


def test_tab_comes_in_walks_the_views_and_leaves(qtbot: QtBot, canvas: ScanCanvas) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    before, after = QLineEdit(), QLineEdit()
    for widget in (before, canvas, after):
        column.addWidget(widget)
    host.resize(600, 800)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    before.setFocus()
    told: list[str] = []
    canvas.input.cursor_moved.connect(told.append)

    def tab(backwards: bool = False) -> None:
        QTest.keyClick(host.focusWidget(), Key.Key_Backtab if backwards else Key.Key_Tab)

    tab()
    assert canvas.hasFocus()
    tab()
    assert canvas.hasFocus()
    assert told[-1].endswith("POST (49, 200)")
    tab()
    assert after.hasFocus()
    tab(backwards=True)
    assert canvas.hasFocus()
    tab(backwards=True)
    tab(backwards=True)
    assert before.hasFocus()
    canvas.setParent(None)


def test_letters_digits_and_other_keys_are_left_to_the_page(canvas: ScanCanvas) -> None:
    taken: list[int] = []

    class Page(QWidget):
        def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
            if event.key() not in (Key.Key_Alt, Key.Key_Control):
                taken.append(event.key())

    page = Page()
    canvas.setParent(page)
    page.show()
    wanted = [Key.Key_Y, Key.Key_7, Key.Key_Backspace, Key.Key_Delete, Key.Key_Escape, Key.Key_BracketLeft]
    for key in wanted:
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(canvas, Key.Key_Return, CTRL)
    assert taken == [int(key) for key in [*wanted, Key.Key_Up, Key.Key_Return]]
    canvas.setParent(None)


@pytest.mark.parametrize("tool", ["select", "point", "polygon"])
def test_enter_with_nothing_to_confirm_does_nothing(canvas: ScanCanvas, tool: str) -> None:
    canvas.marks.set_tool(tool)
    press(canvas, Key.Key_Return)
    assert canvas.marks.regions == ()

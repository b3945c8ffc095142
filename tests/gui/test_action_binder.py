from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.action_binder import ActionBinder, WindowActions
from app.gui.actions import Fact
from app.settings import Settings


class Room:
    """A window with every kind of control that can have the keyboard, and the actions of a reading."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        inside = QWidget()
        column = QVBoxLayout(inside)
        self.line, self.text, self.spin = QLineEdit(), QPlainTextEdit(), QSpinBox()
        self.box, self.list, self.tick = QComboBox(), QListWidget(), QCheckBox("tick")
        self.box.addItems(["yellow", "none"])
        self.list.addItems(["yes", "no"])
        for widget in (self.line, self.text, self.spin, self.box, self.list, self.tick):
            column.addWidget(widget)
        self.window.setCentralWidget(inside)
        self.actions = WindowActions(self.window, Settings())
        self.binder: ActionBinder = self.actions.binder()
        self.done: list[str] = []
        for name in ("call_yes", "call_no", "rating_7", "submit", "undo", "remove_vertex", "invert"):
            self.binder.bind(name, lambda name=name: self.done.append(name))
        for fact in (Fact.ANSWERING, Fact.READING, Fact.UNDO, Fact.DRAWING, Fact.SCAN):
            self.binder.state(fact, True)
        self.actions.show_for(self.binder)

    def press(self, widget: QWidget, *keys: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        widget.setFocus()
        for key in keys:
            QTest.keyClick(widget, key, modifier)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    room = Room()
    qtbot.addWidget(room.window)
    with qtbot.waitExposed(room.window):
        room.window.show()
    room.window.activateWindow()
    qtbot.waitUntil(room.window.isActiveWindow)
    yield room


def test_a_plain_key_does_its_action_when_no_text_is_being_written(room: Room) -> None:
    room.press(room.tick, Qt.Key.Key_Y, Qt.Key.Key_7, Qt.Key.Key_N)
    assert room.done == ["call_yes", "rating_7", "call_no"]


@pytest.mark.parametrize("name", ["line", "text"])
def test_a_text_field_keeps_plain_keys_to_itself(room: Room, name: str) -> None:
    field = getattr(room, name)
    room.press(field, Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_7, Qt.Key.Key_I, Qt.Key.Key_Backspace)
    written = field.text() if name == "line" else field.toPlainText()
    assert (written, room.done) == ("yn7", [])


def test_a_text_field_undoes_its_own_text_and_not_the_marks(room: Room) -> None:
    room.press(room.line, Qt.Key.Key_A)
    room.press(room.line, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert (room.line.text(), room.done) == ("", [])


def test_a_number_field_takes_digits(room: Room) -> None:
    room.spin.selectAll()
    room.press(room.spin, Qt.Key.Key_7)
    assert (room.spin.value(), room.done) == (7, [])


@pytest.mark.parametrize("name", ["box", "list"])
def test_lists_do_not_swallow_the_call(room: Room, name: str) -> None:
    room.press(getattr(room, name), Qt.Key.Key_Y, Qt.Key.Key_N)
    assert room.done == ["call_yes", "call_no"]


def test_submitting_works_from_within_a_text_field(room: Room) -> None:
    room.press(room.line, Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    assert room.done == ["submit"]


def test_an_action_whose_need_is_not_stated_is_grey_and_does_nothing(room: Room) -> None:
    room.binder.state(Fact.ANSWERING, False)
    room.press(room.tick, Qt.Key.Key_Y)
    assert room.done == []
    assert not room.actions.qactions["call_yes"].isEnabled()
    assert room.actions.qactions["submit"].isEnabled()


def test_an_action_that_the_page_shown_has_not_bound_is_grey(room: Room) -> None:
    room.actions.show_for(room.actions.binder())
    room.press(room.tick, Qt.Key.Key_Y)
    assert room.done == []


def test_what_the_window_does_works_on_every_page_and_the_page_goes_first(room: Room) -> None:
    room.actions.window_binder.bind("log", lambda: room.done.append("window"))
    room.actions.trigger("log")
    room.binder.bind("log", lambda: room.done.append("page"))
    room.actions.trigger("log")
    assert room.done == ["window", "page"]


def test_a_remapped_key_works_and_the_old_one_does_not(room: Room) -> None:
    room.actions.use_keys(Settings(keys={"call_yes": ("J",)}))
    room.press(room.tick, Qt.Key.Key_Y, Qt.Key.Key_J)
    assert room.done == ["call_yes"]


def test_a_held_key_lasts_until_it_comes_up(room: Room) -> None:
    heard: list[bool] = []
    room.binder.bind_hold("hide_marks", heard.append)
    room.tick.setFocus()
    QTest.keyPress(room.tick, Qt.Key.Key_H)
    assert heard == [True]
    QTest.keyRelease(room.tick, Qt.Key.Key_H)
    assert heard == [True, False]


def test_a_held_key_ends_when_the_window_loses_the_keyboard(room: Room) -> None:
    heard: list[bool] = []
    room.binder.bind_hold("hide_marks", heard.append)
    room.tick.setFocus()
    QTest.keyPress(room.tick, Qt.Key.Key_H)
    QApplication.sendEvent(room.window, QEvent(QEvent.Type.WindowDeactivate))
    assert heard == [True, False]


def test_unknown_and_wrongly_bound_actions_are_refused_at_once(room: Room) -> None:
    with pytest.raises(KeyError):
        room.binder.bind("no such action", lambda: None)
    with pytest.raises(ValueError, match="bind_hold"):
        room.binder.bind("hide_marks", lambda: None)
    with pytest.raises(ValueError, match="use bind"):
        room.binder.bind_hold("invert", lambda held: None)


def test_on_macos_three_entries_stand_in_the_menu_of_the_program(qtbot: QtBot) -> None:
    """Qt would move others too, whose words remind it of one of these."""
    window = QMainWindow()
    qtbot.addWidget(window)
    roles = {name: action.menuRole() for name, action in WindowActions(window, Settings()).qactions.items()}
    moved = {name for name, role in roles.items() if role is not QAction.MenuRole.NoRole}
    assert moved == {"about", "settings", "quit"}
    assert roles["settings"] is QAction.MenuRole.PreferencesRole

"""The rail on a low screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from tests.gui.conftest import OpenProgram


def test_on_a_low_window_the_words_stay_and_the_icons_go(open_program: OpenProgram) -> None:
    window = open_program()
    window.resize(1366, 640)
    rail = window.rail
    assert window.height() == 640
    assert rail.keys_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly
    bottoms = [
        button.mapTo(window, QPoint(0, button.height())).y()
        for button in (*rail.buttons.values(), rail.keys_button)
    ]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] <= 640
    assert all(button.height() >= button.sizeHint().height() - 2 for button in rail.buttons.values())


def test_the_icons_are_there_as_soon_as_they_fit(open_program: OpenProgram) -> None:
    window = open_program()
    window.resize(1366, 1000)
    rail = window.rail
    assert rail.keys_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    full = sum(button.sizeHint().height() for button in (*rail.buttons.values(), rail.keys_button))
    around = window.height() - rail.height()
    window.resize(1366, full + around)
    assert rail.keys_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    window.resize(1366, full + around - 1)
    assert rail.keys_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly

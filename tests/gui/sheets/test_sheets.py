from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app.gui.actions import ACTIONS
from app.gui.sheets.keys_sheet import lines
from tests.gui.conftest import OpenProgram


def texts(sheet: object) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel))  # type: ignore[attr-defined]


def press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def test_f1_shows_every_key_and_f1_takes_the_sheet_away(open_program: OpenProgram) -> None:
    window = open_program()
    press(Qt.Key.Key_F1)
    assert window.sheet is not None
    shown = texts(window.sheet)
    assert all(a.text.rstrip("…") in shown for a in ACTIONS if a.keys and not a.family)
    assert "0 – 9" in shown
    press(Qt.Key.Key_F1)
    assert window.sheet is None


@pytest.mark.parametrize("width", [1366, 1440, 1920])
def test_f1_never_scrolls_sideways(open_program: OpenProgram, qtbot: QtBot, width: int) -> None:
    window = open_program()
    window.resize(width, 900)
    window.trigger("go_annotate")
    press(Qt.Key.Key_F1)
    assert window.sheet is not None
    (area,) = window.sheet.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: area.viewport().width() > 500)
    assert area.horizontalScrollBar().maximum() == 0


def test_f1_shows_the_users_own_keys(open_program: OpenProgram) -> None:
    open_program(keys={"call_yes": ("J",), "call_no": ()})
    press(Qt.Key.Key_F1)
    answers = dict(lines("Answer", {"call_yes": ("J",), "call_no": ()}))
    assert answers["Metastasis: yes"] == "J"
    assert "Metastasis: no" not in answers


def test_a_remapped_digit_is_told_with_its_family() -> None:
    assert dict(lines("Answer", {"rating_0": ("Ctrl+0",)}))["Rating in tens"].startswith("Ctrl+0 1 2")


def test_esc_closes_a_sheet_and_gives_the_keyboard_back(open_program: OpenProgram, qtbot: QtBot) -> None:
    window = open_program()
    before = QApplication.focusWidget()
    window.trigger("about")
    assert window.sheet is not None
    press(Qt.Key.Key_Escape)
    assert window.sheet is None
    assert QApplication.focusWidget() is before


def test_under_a_sheet_the_keys_of_the_page_sleep(open_program: OpenProgram) -> None:
    window = open_program()
    assert window.actions_of_window.qactions["open_files"].isEnabled()
    window.pages["library"]._context.actions.bind("next_scan", lambda: None)  # type: ignore[attr-defined]
    window.trigger("keys_sheet")
    assert not window.actions_of_window.qactions["next_scan"].isEnabled()


def test_tab_stays_within_the_sheet(open_program: OpenProgram) -> None:
    window = open_program()
    window.trigger("log")
    for _ in range(7):
        press(Qt.Key.Key_Tab)
        assert window.sheet is not None
        assert window.sheet.isAncestorOf(QApplication.focusWidget())


def test_about_names_version_licence_and_purpose(open_program: OpenProgram) -> None:
    window = open_program()
    window.trigger("about")
    assert window.sheet is not None
    shown = texts(window.sheet)
    for words in ("ScintiRead 0.", "Apache License 2.0", "Not a medical device", "Acknowledged 20"):
        assert words in shown


def test_the_log_can_be_copied(open_program: OpenProgram) -> None:
    window = open_program()
    window.trigger("log")
    window.sheet.copy_button.click()  # type: ignore[union-attr]
    assert QGuiApplication.clipboard().text().startswith("ScintiRead 0.")

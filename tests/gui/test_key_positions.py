"""The keys of the reading page on keyboards that write something else where an English one has them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app import paths
from app.settings import SettingsStore
from tests.gui.pages.reading.conftest import Sit, scans, sit, study
from tests.gui.pages.reading.driver import Person

__all__ = ["scans", "sit", "study"]
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
PLACES = dict(zip("1267890-YPMN;", (2, 3, 7, 8, 9, 10, 11, 12, 21, 25, 50, 49, 39), strict=True))
"""Scan codes of set 1, by what an English keyboard has there."""


def made(
    kind: QEvent.Type, key: int, place: str, text: str, modifiers: Qt.KeyboardModifier = NONE
) -> QKeyEvent:
    """An event with the place of the key; taken by nobody yet."""
    code = PLACES[place] + (0 if sys.platform == "win32" else 8)
    event = QKeyEvent(kind, key, modifiers, code, 0, 0, text)
    event.ignore()
    return event


def press(key: int, place: str, text: str, modifiers: Qt.KeyboardModifier = NONE) -> bool:
    """One key as the system reports it: first whether somebody wants it for more than a shortcut.

    True when it was taken before the shortcuts.
    """
    target = QApplication.focusWidget()
    asked = made(QEvent.Type.ShortcutOverride, key, place, text, modifiers)
    QApplication.sendEvent(target, asked)
    if asked.isAccepted():
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, made(kind, key, place, text, modifiers))
    return asked.isAccepted()


@pytest.fixture
def reader(study: Callable[..., Path], sit: Sit) -> Person:
    person = sit(study())
    person.start()
    return person


pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="the scan codes are those of a PC")


def rating(person: Person) -> str:
    return str(person.panel.rating.field.text())


def test_digits_of_a_french_keyboard_rate_without_shift(reader: Person) -> None:
    for key, place, text, value in (
        (Qt.Key.Key_Eacute, "2", "é", "20"),
        (Qt.Key.Key_Egrave, "7", "è", "70"),
        (Qt.Key.Key_Underscore, "8", "_", "80"),
        (Qt.Key.Key_Agrave, "0", "à", "0"),
    ):
        assert press(key, place, text)
        assert rating(reader) == value


def test_a_digit_goes_before_the_shortcut_of_the_sign_that_stands_on_its_key(reader: Person) -> None:
    sign = made(QEvent.Type.ShortcutOverride, Qt.Key.Key_Minus, "6", "-")
    QApplication.sendEvent(reader.canvas, sign)
    assert sign.isAccepted(), "a 6 on a French keyboard; elsewhere the sign makes the films smaller"
    sign = made(QEvent.Type.ShortcutOverride, Qt.Key.Key_Minus, "-", "-")
    QApplication.sendEvent(reader.canvas, sign)
    assert not sign.isAccepted(), "where an English keyboard has it"


def test_its_own_letters_and_digits_stay_what_they_are(reader: Person) -> None:
    assert not press(Qt.Key.Key_M, ";", "m"), "M lies elsewhere on a French keyboard, and is M there"
    assert not press(Qt.Key.Key_Comma, "M", ","), "and what lies in the place of M is a comma"
    assert not press(Qt.Key.Key_Z, "Y", "z"), "a German keyboard has Z there"
    assert not press(Qt.Key.Key_1, "1", "1", SHIFT)
    assert rating(reader) == ""


def test_letters_of_other_scripts_work_by_their_place(reader: Person) -> None:
    assert press(0x41D, "Y", "н")  # Cyrillic
    assert reader.panel.call.yes.isChecked()
    assert press(0x3BD, "N", "ν")  # Greek
    assert reader.panel.call.no.isChecked()


def test_a_text_field_keeps_what_is_typed(reader: Person) -> None:
    reader.panel.comment.setFocus()
    press(Qt.Key.Key_Eacute, "2", "é")
    press(0x41D, "Y", "н")
    assert reader.panel.comment.toPlainText() == "éн"
    assert rating(reader) == ""
    assert not reader.panel.call.yes.isChecked()


def test_a_key_that_the_reader_chose_goes_first(study: Callable[..., Path], sit: Sit) -> None:
    SettingsStore(paths.user_config() / "settings.json").change(keys={"pause": ("É",)})
    person = sit(study())
    person.start()
    assert not press(Qt.Key.Key_Eacute, "2", "é")
    assert rating(person) == ""

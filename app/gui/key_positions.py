"""Where a key lies on the keyboard, for layouts that have other letters there, or digits with Shift alone."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.gui.action_binder import WindowActions

_ROWS = ((2, "1234567890"), (16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"))
"""Scan code of the first key of each row: set 1 of the PC; Windows reports it, Linux one that is 8 higher."""
_PC = {first + at: letter for first, row in _ROWS for at, letter in enumerate(row)}
_MAC = "ASDFHGZXCV\0BQWERYT123465\x009780\0\0OU\0IP\0LJ\0K\0\0\0\0NM"
"""The letter at each virtual key code (kVK_ANSI_...) of a Mac."""
_ASCII = range(0x20, 0x7F)


def latin_there(event: QKeyEvent) -> str:
    """The letter or digit that an English keyboard has in this place; empty where the layout's own counts.

    A layout's own Latin letters and digits count; what other scripts have there, and what stands on the
    digits' row of a French or Czech keyboard, does not.
    """
    there = _there(event)
    own = chr(event.key()) if event.key() in _ASCII else ""
    if own.isalnum() or (own and not there.isdigit()):
        return ""
    return there


def _there(event: QKeyEvent) -> str:
    if sys.platform == "darwin":
        code = event.nativeVirtualKey()
        return _MAC[code].strip("\0") if 0 <= code < len(_MAC) else ""
    return _PC.get(event.nativeScanCode() - (0 if sys.platform == "win32" else 8), "")


class KeysByPlace(QObject):
    """Lets the actions' keys work by their place on keyboards that write something else there.

    A text field that has the keyboard keeps its letters: they never come as far as the window.
    """

    def __init__(self, window: QWidget, actions: WindowActions) -> None:
        super().__init__(window)
        self._actions = actions
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the key before it counts as a shortcut of what the layout has there, and do its action."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        pressed = cast(QKeyEvent, event)
        action = self._actions.by_place(_english(pressed), _text(pressed.keyCombination()))
        if not action or (pressed.isAutoRepeat() and not self._actions.qactions[action].autoRepeat()):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
        else:
            self._actions.trigger(action)
        return True


def _english(event: QKeyEvent) -> str:
    """The portable text of the key with its modifiers, as English keyboards have it; empty as above."""
    there = latin_there(event)
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return _text(QKeyCombination(plain, Qt.Key(ord(there)))) if there else ""


def _text(keys: QKeyCombination) -> str:
    return QKeySequence(keys).toString()

"""What is said below the films: the counts under the cursor, and for a while why something was not done."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

_ADVICE_MS = 6000


class Readout(QObject):
    """`changed(str)`: something else is said now; "" for nothing."""

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self._advice = QTimer(self, singleShot=True, interval=_ADVICE_MS)
        self._advice.timeout.connect(lambda: self._say(""))

    def text(self) -> str:
        """What is said now."""
        return self._text

    def advise(self, text: str) -> None:
        """Say something that should be read before anything else is said."""
        self._say(text)
        self._advice.start()

    def follow(self, text: str) -> None:
        """Say what the cursor is on, unless there is advice to be read."""
        if not self._advice.isActive():
            self._say(text)

    def _say(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.changed.emit(text)

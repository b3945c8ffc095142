"""The submit button: it takes the instant of the press before anything else happens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.study.clock import Clock, Instant


class SubmitButton(QPushButton):
    """`submitted` carries the Instant of the press; no single key submits."""

    submitted = Signal(object)

    def __init__(self, clock: Clock, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._key = key
        self._pressed: Instant | None = None
        self.setProperty("primary", True)
        self.clicked.connect(lambda: self.submitted.emit(self._pressed or self._clock.now()))

    def say(self, text: str) -> None:
        """What submitting means at this moment."""
        self.setText(f"{text}   {self._key}".rstrip())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._clock.now()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # no single key submits, not even on the button
            return
        super().keyPressEvent(event)

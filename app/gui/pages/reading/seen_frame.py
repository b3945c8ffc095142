"""A frame that tells when it was first painted: what it shows is then on the screen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget


class SeenFrame(QFrame):
    """`revealed` is emitted once, right after it was painted for the first time since `await_paint`."""

    revealed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self._unseen = False

    def await_paint(self) -> None:
        """Something new is about to be shown."""
        self._unseen = True

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unseen:
            self._unseen = False
            QTimer.singleShot(0, self, self.revealed.emit)

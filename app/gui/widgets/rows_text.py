"""A text field with a number of rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPlainTextEdit


class RowsText(QPlainTextEdit):
    """A text of so many rows, also after the text size has changed; Tab leaves it."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows
        self.setTabChangesFocus(True)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the number of rows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def _measure(self) -> None:
        self.setFixedHeight(round(self.fontMetrics().lineSpacing() * (self._rows + 1)))

"""Asks who annotates."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.gui.sheets.sheet import Sheet
from app.gui.widgets.labels import muted

MOST_LETTERS = 40


class AnnotatorSheet(Sheet):
    """`named(code)`: the folder is to be annotated under this code."""

    named = Signal(str)

    def __init__(self, code: str, parent: QWidget) -> None:
        super().__init__("Annotator", parent, 26.0)
        self.content.addWidget(
            muted("Every annotator has files of their own. What was drawn so far stays with its annotator.")
        )
        self.code = QLineEdit(code)
        self.code.setMaxLength(MOST_LETTERS)
        self.code.setAccessibleName("Code of the annotator")
        self.code.selectAll()
        self.content.addWidget(self.code)
        self.use_button = QPushButton("Annotate under this code")
        self.use_button.setProperty("primary", True)
        self.use_button.clicked.connect(self._use)
        self.code.returnPressed.connect(self._use)
        self.buttons.insertWidget(0, self.use_button)

    def _use(self) -> None:
        code = self.code.text().strip()
        self.close_sheet()
        if code:
            self.named.emit(code)

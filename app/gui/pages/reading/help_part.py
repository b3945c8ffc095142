"""The protocol's reading help at the head of the answer: shown and hidden by its button or its key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import plain
from app.study.reader_texts import paragraphs


class HelpPart(QWidget):
    """Not there at all where the protocol has no help; `asked` when the reader wants it, or wants it gone."""

    asked = Signal()

    def __init__(self, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(f"Reading help   {key}".rstrip())
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the mouse leaves the keyboard at the images
        self.button.clicked.connect(self.asked)
        self.sheet = QFrame()
        self.sheet.setObjectName("sheet")
        inside = QVBoxLayout(self.sheet)
        inside.setSpacing(em(self, 0.5))
        for each in paragraphs(text):
            inside.addWidget(plain(each))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        column.addWidget(self.sheet)
        self.sheet.hide()
        if not text.strip():
            self.hide()

    def show_help(self, shown: bool, possible: bool) -> None:
        """Whether the text stands there, and whether it may be asked for now."""
        self.button.setChecked(shown)
        self.button.setEnabled(possible)
        self.sheet.setVisible(shown)

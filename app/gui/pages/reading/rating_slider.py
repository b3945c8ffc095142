"""Probability of metastasis, 0-100: a line without a handle, and a field that takes typed digits."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.gui.pages.reading.rating_track import RatingTrack

QUESTION = "Probability of metastasis"


class RatingSlider(QWidget):
    """The 101-point scale; `rated` carries the rating, or None when the reader emptied the field."""

    rated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = RatingTrack()
        self.field = QLineEdit()
        self.field.setPlaceholderText("—")
        self.field.setValidator(_Percent(self.field))
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(self.field.fontMetrics().horizontalAdvance("100") * 2)
        self.field.setAccessibleName(QUESTION)
        self.field.setToolTip("Type a number from 0 to 100")
        question = QLabel(QUESTION)
        question.setBuddy(self.field)

        top = QHBoxLayout()
        top.addWidget(question)
        top.addStretch()
        top.addWidget(self.field)
        top.addWidget(QLabel("/ 100"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.track)

        self.track.rated.connect(self.rated)
        self.track.rated.connect(self._show_number)
        self.track.dragged.connect(self._show_number)
        self.field.textEdited.connect(self._typed)

    def show_rating(self, value: int | None) -> None:
        """Show the rating, or that there is none."""
        self.track.show_rating(value)
        self._show_number(value)

    def _show_number(self, value: int | None) -> None:
        text = "" if value is None else str(value)
        if self.field.text() != text:  # the cursor stays where the reader is typing
            self.field.setText(text)

    def _typed(self, text: str) -> None:
        value = int(text) if text else None
        self.track.show_rating(value)
        self.rated.emit(value)


class _Percent(QIntValidator):
    """Whole numbers 0-100; anything else never gets into the field."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(0, 100, parent)

    def validate(self, text: str, position: int) -> object:
        if text and not (text.isascii() and text.isdigit() and int(text) <= 100):
            return self.State.Invalid, text, position
        return self.State.Acceptable, text, position

"""Probability of metastasis, 0-100: a line without a handle, and a field that takes typed digits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.pages.reading.percent_field import PercentField
from app.gui.pages.reading.rating_track import RatingTrack
from app.gui.widgets.labels import heading, plain
from app.language import for_later, tr

QUESTION = for_later("Probability of metastasis")


class RatingSlider(QWidget):
    """The 101-point scale; `rated` carries the rating, or None when the reader emptied the field."""

    rated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track = RatingTrack()
        self.field = PercentField(tr(QUESTION))
        question = heading(tr(QUESTION), wraps=True)
        question.setBuddy(self.field)

        top = QHBoxLayout()
        top.addWidget(question, stretch=1)
        top.addWidget(self.field)
        top.addWidget(plain("/ 100", wraps=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.track)

        self.track.rated.connect(self.rated.emit)
        self.track.rated.connect(self.field.show_rating)
        self.track.dragged.connect(self.field.show_rating)
        self.field.rated.connect(self._typed)

    def show_rating(self, value: int | None) -> None:
        """Show the rating, or that there is none."""
        self.track.show_rating(value)
        self.field.show_rating(value)

    @property
    def first(self) -> QWidget:
        """Where the keyboard goes to give a rating."""
        return self.field

    def _typed(self, value: int | None) -> None:
        self.track.show_rating(value)
        self.rated.emit(value)

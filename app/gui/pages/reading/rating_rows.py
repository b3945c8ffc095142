"""The five- and six-point scales: one row per grade, none chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.gui.pages.reading.rating_slider import QUESTION
from app.gui.widgets.labels import heading
from app.language import for_later, tr
from app.study.protocol import Scale

WORDS: dict[Scale, tuple[str, ...]] = {
    Scale.FIVE: (
        for_later("definitely not"),
        for_later("probably not"),
        for_later("undecided"),
        for_later("probably"),
        for_later("definitely"),
    ),
    Scale.SIX: (
        for_later("definitely not"),
        for_later("probably not"),
        for_later("possibly not"),
        for_later("possibly"),
        for_later("probably"),
        for_later("definitely"),
    ),
}


class RatingRows(QWidget):
    """A scale of few grades; `rated` carries the grade, counted from 1."""

    rated = Signal(object)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(heading(tr(QUESTION), wraps=True))
        self._group = QButtonGroup(self)
        for grade, words in enumerate(WORDS[scale], start=1):
            row = QRadioButton(f"{grade}  {tr(words)}")
            row.setAccessibleName(f"{tr(QUESTION)}: {tr(words)}")
            self._group.addButton(row, grade)
            column.addWidget(row)
        self._group.idClicked.connect(self.rated.emit)

    def show_rating(self, value: int | None) -> None:
        """Show the grade, or that there is none."""
        # An exclusive group refuses to have none of its buttons checked.
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == value)
        self._group.setExclusive(True)

    @property
    def first(self) -> QWidget:
        """Where the keyboard goes to give a rating."""
        return self._group.buttons()[0]

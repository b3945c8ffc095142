"""One line of a form: label, editor, what it means, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QGridLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import heading, muted, plain

_LABEL_EMS = 9.5


class LabelledRow(QWidget):
    """The label stands beside the editor, or above it where the form is narrow.

    `label` is empty for an editor that carries its label itself.
    """

    def __init__(self, label: str, editor: QWidget, meaning: str) -> None:
        super().__init__()
        self.label = plain(label)
        self.label.setBuddy(editor)
        self.meaning = muted(meaning)
        self.problem = heading("")
        self.problem.setWordWrap(True)
        self.problem.setVisible(False)
        self._narrow = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2, 0, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        if isinstance(editor, QAbstractSpinBox):  # a number needs no more room than it has digits
            self._grid.addWidget(editor, 1, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(editor, 1, 1)
        self._grid.addWidget(self.meaning, 2, 1)
        self._grid.addWidget(self.problem, 3, 1)
        self._place_label()

    def set_narrow(self, narrow: bool) -> None:
        """Put the label above the editor (True) or beside it."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._place_label()

    def show_problem(self, text: str) -> None:
        """Say what is wrong; nothing when all is right."""
        self.problem.setText(f"⚠ {text}")
        self.problem.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """Keep the labels in one column, also after the text size has changed."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place_label()

    def _place_label(self) -> None:
        self._grid.setColumnMinimumWidth(0, 0 if self._narrow else em(self, _LABEL_EMS))
        self.label.setContentsMargins(0, 0 if self._narrow else em(self, 0.3), 0, 0)  # level with the editor
        self._grid.removeWidget(self.label)
        self.label.setVisible(bool(self.label.text()) or not self._narrow)  # an empty one keeps the column
        if self._narrow:
            self._grid.addWidget(self.label, 0, 1)
        else:
            self._grid.addWidget(self.label, 1, 0, Qt.AlignmentFlag.AlignTop)

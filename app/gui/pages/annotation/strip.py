"""One narrow strip of buttons beside the films; where it is too low for them, a second column."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout

from app.gui.theme import em

_GAP = 1


class Strip(QFrame):
    """Groups of buttons from top to bottom, a little room between groups."""

    def __init__(self, groups: Sequence[Sequence[QAbstractButton]]) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._groups = groups
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._grid.setSpacing(_GAP)
        self._place(1)

    def show_groups(self, groups: Sequence[Sequence[QAbstractButton]]) -> None:
        """Other buttons, in as many columns as they need."""
        self._groups, self._columns = groups, 0
        self._place(1 if self.height() >= self._height(1) else 2)

    def minimumSizeHint(self) -> QSize:
        """As high as everything in two columns."""
        return QSize(super().minimumSizeHint().width(), self._height(2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column where there is room, otherwise two."""
        super().resizeEvent(event)
        self._place(1 if self.height() >= self._height(1) else 2)

    def _button_height(self) -> int:
        return max(button.sizeHint().height() for group in self._groups for button in group) + _GAP

    def _height(self, columns: int) -> int:
        rows = sum(math.ceil(len(group) / columns) for group in self._groups)
        return rows * self._button_height() + em(self, 0.3) * len(self._groups)

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        while self._grid.count():
            self._grid.takeAt(0)
        row = 0
        for group in self._groups:
            for place, button in enumerate(group):
                self._grid.addWidget(button, row + place // columns, place % columns)
            row += math.ceil(len(group) / columns)
            self._grid.setRowMinimumHeight(row, em(self, 0.2))
            row += 1
        for earlier in range(row + len(self._groups) * 20):
            self._grid.setRowStretch(earlier, 0)
        self._grid.setRowStretch(row, 1)
        width = max(button.sizeHint().width() for group in self._groups for button in group)
        self.setFixedWidth(columns * (width + _GAP) + 2 * _GAP)

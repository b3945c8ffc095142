"""A column of text in the middle of a page, as wide as text reads well and no higher than it needs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.theme import em
from app.gui.widgets.scrolled import Scrolled


class Centred(Scrolled):
    """One column of text at a time in the middle of an empty room."""

    def put(self, inside: QWidget, width_em: float = 40.0) -> QWidget:
        """Show this column instead of the one there is; gives the room around it."""
        inside.setMaximumWidth(em(self, width_em))
        room = QWidget()
        column = QVBoxLayout(room)
        column.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inside, 20)  # an alignment instead would lose the height that wrapped text needs
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()  # one of its buttons may be the one whose click led here
        self.setWidget(room)
        return room


def centred(inside: QWidget, page: QWidget, width_em: float = 40.0) -> None:
    """Fill `page` with `inside` in its middle; it scrolls where the window is too small for it."""
    middle = Centred(page)
    middle.put(inside, width_em)
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(middle)

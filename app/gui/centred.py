"""A column of text in the middle of a page, as wide as text reads well and no higher than it needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.gui.theme import em


def centred(inside: QWidget, page: QWidget, width_em: float = 40.0) -> None:
    """Fill `page` with `inside` in its middle; it scrolls where the window is too small for it."""
    inside.setMaximumWidth(em(page, width_em))
    room = QWidget()
    column = QVBoxLayout(room)
    column.addStretch(2)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(inside, 20)  # an alignment instead would lose the height that wrapped text needs
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(3)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(room)
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scroll)

"""Buttons for what is done to the chosen lesions, below their list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.actions import BY_ID
from app.gui.pages.annotation.lesion_list import LesionList
from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout

EDITS = (
    ("mirror_mark", "Mirror"),
    ("duplicate_mark", "Duplicate"),
    ("merge_marks", "Merge"),
    ("link_marks", "Link"),
    ("unlink_mark", "Unlink"),
    ("delete_mark", "Delete"),
)
"""Actions on the selected regions that have a button too, and what stands on it."""


class EditButtons(QWidget):
    """`action_requested(id)`: a button was pressed that stands for an action."""

    action_requested = Signal(str)

    def __init__(self, key_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        flow = FlowLayout(self, gap=4)
        for action, words in EDITS:
            button = QPushButton(words)
            button.setToolTip(f"{BY_ID[action].text}   {key_of(action)}".rstrip())
            button.clicked.connect(partial(self.action_requested.emit, action))
            self.buttons[action] = button
            flow.addWidget(button)


def stacked(*parts: QWidget | QLayout) -> QWidget:
    """Parts of a panel from top to bottom; the list of lesions has the room that is left."""
    panel = QWidget()
    column = QVBoxLayout(panel)
    column.setContentsMargins(em(panel, 0.4), em(panel, 0.3), em(panel, 0.4), em(panel, 0.3))
    column.setSpacing(em(panel, 0.35))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part, int(isinstance(part, LesionList)))
        else:
            column.addLayout(part)
    return panel

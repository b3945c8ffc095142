"""The row above the films: from case to case, which one it is, and whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.gui.theme import em
from app.gui.widgets.elided_label import ElidedLabel
from app.gui.widgets.icon_button import IconButton
from app.gui.widgets.labels import plain


class CaseRow(QWidget):
    """Its buttons are connected by whoever shows it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder_button = IconButton("folder", "Another folder…")
        self.previous_button = IconButton("previous", "Previous case")
        self.next_button = IconButton("next", "Next case")
        self.title = ElidedLabel()
        self.title.setProperty("role", "subheading")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.state = plain(wraps=False)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.annotator = QPushButton()
        self.annotator.setFlat(True)
        self.annotator.setToolTip("Who annotates: change it")
        self.done_button = QPushButton("Done, next")
        self.done_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fold_button = QToolButton()
        self.fold_button.setAutoRaise(True)
        self.show_folded(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(self, 0.3), 2, em(self, 0.3), 2)
        row.setSpacing(em(self, 0.25))
        for widget in (self.folder_button, self.previous_button, self.next_button):
            row.addWidget(widget)
        row.addSpacing(em(self, 0.5))
        row.addWidget(self.title, 1)
        row.addWidget(self.state)
        row.addWidget(self.annotator)
        row.addWidget(self.done_button)
        row.addWidget(self.fold_button)

    def show_folded(self, folded: bool) -> None:
        """Which way the panel goes."""
        words = "Show the panel" if folded else "Fold the panel away"
        self.fold_button.setArrowType(Qt.ArrowType.LeftArrow if folded else Qt.ArrowType.RightArrow)
        self.fold_button.setToolTip(words)
        self.fold_button.setAccessibleName(words)

    def show_state(self, text: str, alarming: bool) -> None:
        """Whether everything is saved."""
        self.state.setText(text)
        self.state.setProperty("role", "subheading" if alarming else "quiet")
        self.state.style().polish(self.state)

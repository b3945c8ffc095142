"""How far a search is, with a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.gui.theme import em
from app.gui.widgets.labels import plain


class SearchBar(QWidget):
    """A bar, words and a button; hidden when nothing is searched. `stop_requested`: stop."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(em(self, 0.6))
        self.words = plain("", "quiet", wraps=False)
        self.words.setMinimumWidth(em(self, 14))
        self.stop_button = QPushButton("Stop")
        self.stop_button.setAutoDefault(True)
        self.stop_button.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far it is and what is being done."""
        self.bar.setValue(round(1000 * fraction))
        self.words.setText(message)
        self.show()

"""The question which view is which, above the films of a scan whose sides were guessed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.gui.widgets.labels import plain
from app.scan.scan import Scan


class SidesQuestion(QFrame):
    """`answered(bool as_shown)`: the views are right as shown, or to be exchanged."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("level", "warn")
        self.asked = plain()
        self.right_button = QPushButton("Views are right")
        self.swap_button = QPushButton("Swap the views")
        row = QHBoxLayout(self)
        row.addWidget(self.asked, 1)
        for button in (self.right_button, self.swap_button):
            button.setAutoDefault(True)
            row.addWidget(button)
        self.right_button.clicked.connect(lambda: self.answered.emit(True))
        self.swap_button.clicked.connect(lambda: self.answered.emit(False))
        self.hide()

    def ask(self, scan: Scan) -> None:
        """Ask about a scan whose sides were guessed; otherwise be gone."""
        how = " and ".join(dict.fromkeys(view.evidence.value for view in scan.views if view.assumed))
        self.asked.setText(f"Which view is which was guessed from {how}. Look at the films and say.")
        self.setVisible(scan.needs_confirmation)

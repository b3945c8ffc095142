"""What the later steps show while no study is open: what to do first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.widgets.labels import heading, note


class NoStudy(QWidget):
    """Two ways on: make a study or open one."""

    new_requested = Signal()
    open_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.new_button = QPushButton("Design a study")
        self.new_button.setProperty("primary", True)
        self.new_button.clicked.connect(self.new_requested)
        self.open_button = QPushButton("Open a study…")
        self.open_button.clicked.connect(self.open_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(heading("No study is open"))
        column.addWidget(
            note("This step needs a study. Design a new one, or open the folder of an existing one.")
        )
        column.addLayout(buttons)
        column.addStretch(1)

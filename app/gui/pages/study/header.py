"""Above the steps: which study this is, and the way to another one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.widgets.elided_label import ElidedLabel


class StudyHeader(QWidget):
    """Title, folder and state of the open study, with new, open and show-folder buttons."""

    new_requested = Signal()
    open_requested = Signal()
    folder_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, self.state = ElidedLabel(), ElidedLabel()
        self.title.setProperty("role", "heading")
        self.state.setProperty("role", "quiet")
        self.new_button = QPushButton("New study")
        self.open_button = QPushButton("Open a study…")
        self.folder_button = QPushButton("Show the folder")
        for button, signal in (
            (self.new_button, self.new_requested),
            (self.open_button, self.open_requested),
            (self.folder_button, self.folder_requested),
        ):
            button.clicked.connect(signal)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        for button in (self.folder_button, self.open_button, self.new_button):
            button.setAccessibleName(button.text())
            row.addWidget(button)

    def set_narrow(self, narrow: bool) -> None:
        """Shorten the buttons (True), so that the title keeps its room."""
        self.folder_button.setText("Folder" if narrow else "Show the folder")
        self.open_button.setText("Open…" if narrow else "Open a study…")
        self.new_button.setText("New" if narrow else "New study")

    def show_study(self, title: str, state: str, folder: Path | None) -> None:
        """Show which study is open; `folder` is None while one is being designed."""
        self.title.setText(title)
        self.state.setText(state)
        self.folder_button.setVisible(folder is not None)

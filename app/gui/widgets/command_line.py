"""What was chosen on a page as the command that does the same, ready to be copied into a script."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.gui.widgets.labels import plain


class CommandLine(QWidget):
    """A read-only line and a button; `told` gets a sentence when the command was copied."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__()
        self._told = told
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.line.setAccessibleName("The same as a command")
        self.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName("Copy the command")
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(plain("As a command:", "quiet", wraps=False))
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)

    def show_command(self, text: str) -> None:
        """Show this command."""
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self._told("The command is in the clipboard.")

"""Small parts that the steps share: headings, notes, a progress line, a command to copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from app.gui.background import Running


def heading(text: str) -> QLabel:
    """The title of a part of a step."""
    return _label(text, "subheading")


def muted(text: str = "") -> QLabel:
    """An explanation: plain words in a quieter colour, wrapped."""
    label = _label(text, "quiet")
    label.setWordWrap(True)
    return label


def scrolled(widget: QWidget) -> QScrollArea:
    """The widget as large as there is room for, and with scroll bars where there is too little."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class RowsText(QPlainTextEdit):
    """A text of so many rows, also after the text size has changed; Tab leaves it."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows
        self.setTabChangesFocus(True)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the number of rows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def _measure(self) -> None:
        self.setFixedHeight(round(self.fontMetrics().lineSpacing() * (self._rows + 1)))


def note(text: str = "") -> QLabel:
    """A sentence in the plain colour, wrapped, that can be selected and copied."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class ProgressLine(QWidget):
    """How far a piece of work is, with a way to stop it; hidden while nothing is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(120)
        self.message = QLabel()
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.addWidget(self.bar, 1)
        row.addWidget(self.message, 2)
        row.addWidget(self.cancel)
        self._running: Running | None = None
        self.setVisible(False)

    def follow(self, title: str, running: Running) -> None:
        """Show this work until `finish`."""
        self._running = running
        self.message.setText(f"{title}…")
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.setVisible(True)

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far it is."""
        self.bar.setValue(round(fraction * 1000))
        self.message.setText(message)

    def finish(self) -> None:
        """The work has ended."""
        self._running = None
        self.setVisible(False)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.message.setText("Stopping…")
            self.cancel.setEnabled(False)


class CommandLine(QWidget):
    """The same operation as a command, ready to be copied into a script."""

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
        title = muted("As a command:")
        title.setWordWrap(False)
        row.addWidget(title)
        row.addWidget(self.line, 1)
        row.addWidget(self.copy)

    def show_command(self, text: str) -> None:
        """Show this command."""
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self._told("The command is in the clipboard.")

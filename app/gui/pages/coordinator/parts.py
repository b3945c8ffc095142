"""Small parts that the steps share: headings, notes, a folder field, a progress line, a command to copy."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.gui.tasks import Task


def heading(text: str) -> QLabel:
    """The title of a part of a step."""
    label = QLabel(text)
    font = QFont(label.font())
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * 1.15)
    label.setFont(font)
    label.setContentsMargins(0, 8, 0, 2)
    return label


def muted(text: str = "") -> QLabel:
    """An explanation: plain words in a quieter colour, wrapped."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def note(text: str = "") -> QLabel:
    """A sentence in the plain colour, wrapped, that can be selected and copied."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Wanted(Enum):
    """What a path field asks for."""

    FOLDER = "folder"
    FILE = "file"


class PathField(QWidget):
    """A path that is typed, chosen or dropped; `changed` carries it as text."""

    changed = Signal(str)

    def __init__(self, name: str, wanted: Wanted, hint: str = "", files: str = "") -> None:
        super().__init__()
        self._wanted, self._files, self._name = wanted, files, name
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(name)
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self.changed)
        self.browse = QPushButton("Choose…")
        self.browse.setAccessibleName(f"Choose: {name}")
        self.browse.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.setAcceptDrops(True)

    @property
    def path(self) -> str:
        """The path as typed, without blanks around it."""
        return self.line.text().strip()

    def set_path(self, path: str) -> None:
        """Put a path into the field."""
        self.line.setText(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the first dropped path into the field."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.set_path(paths[0])

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._name, self.path)
        if self._wanted is Wanted.FOLDER:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self._files)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()


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
        self._task: Task | None = None
        self.setVisible(False)

    def follow(self, task: Task) -> None:
        """Show this task until `finish`."""
        self._task = task
        self.message.setText(f"{task.title}…")
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.setVisible(True)

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far it is."""
        self.bar.setValue(round(fraction * 1000))
        self.message.setText(message)

    def finish(self) -> None:
        """The work has ended."""
        self._task = None
        self.setVisible(False)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
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

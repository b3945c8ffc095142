"""Fields for paths: typed, chosen in a dialog, or dropped from the desktop."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.widgets.rows_text import RowsText
from app.language import tr


class WantedPath(Enum):
    """What a path field asks for."""

    FOLDER = "folder"
    NEW_FOLDER = "new folder"
    FILE = "file"


def local_paths(event: QDropEvent) -> list[str]:
    """The files and folders that are dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]


class PathField(QWidget):
    """A path that is typed, chosen or dropped; `changed` tells of any change."""

    changed = Signal()

    def __init__(self, name: str, wanted: WantedPath, hint: str = "", files: str = "") -> None:
        super().__init__()
        self.name, self._wanted, self._files = name, wanted, files
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(name)
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _: self.changed.emit())
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setAccessibleName(f"{tr('Choose…')} {name}")
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
        paths = local_paths(event)
        if paths:
            self.set_path(paths[0])

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.name, self.path)
        if self._wanted is WantedPath.FILE:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self._files)
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()


class PathList(QWidget):
    """Several folders or files, one per line; `changed` tells of any change."""

    changed = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.name = name
        self.lines = RowsText(3)
        self.lines.setPlaceholderText(hint)
        self.lines.setAccessibleName(name)
        self.lines.setLineWrapMode(RowsText.LineWrapMode.NoWrap)
        self.lines.setAcceptDrops(False)  # a drop goes to this field, as plain paths
        self.lines.textChanged.connect(self.changed)
        self.add = QPushButton("Add…")
        self.add.setAccessibleName("Add a folder with scans")
        self.add.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.lines, 1)
        side = QVBoxLayout()
        side.addWidget(self.add)
        side.addStretch(1)
        row.addLayout(side)
        self.setFocusProxy(self.lines)
        self.setAcceptDrops(True)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, one per line, without blank lines."""
        return tuple(line.strip() for line in self.lines.toPlainText().split("\n") if line.strip())

    def set_paths(self, paths: tuple[str, ...]) -> None:
        """Put these paths into the field."""
        self.lines.setPlainText("\n".join(paths))

    def add_path(self, path: str) -> None:
        """Add one path, unless it is there."""
        if path not in self.paths:
            self.set_paths((*self.paths, path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what is dropped."""
        for path in local_paths(event):
            self.add_path(path)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.name)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_path)
        dialog.open()

"""Recent studies by their titles: read on, or look after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import em
from app.gui.widgets.flow import FlowLayout
from app.gui.widgets.labels import heading, muted, tip


class RecentStudies(QWidget):
    """The list of recent studies.

    `read_requested(Path)`, `coordinate_requested(Path)`: what to do with a study.
    """

    read_requested = Signal(Path)
    coordinate_requested = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setAccessibleName("Recent studies")
        self.list.setMinimumHeight(em(self, 4))
        self.list.setSpacing(em(self, 0.25))  # a study has two lines: whose they are must be seen
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = muted("None yet. A study that you open here or read stays in this list.")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.read_button = QPushButton("Read")
        self.coordinate_button = QPushButton("Coordinate")
        self.open_button = QPushButton("Open a study…")
        for button in (self.read_button, self.coordinate_button, self.open_button):
            button.setAutoDefault(True)
        buttons = FlowLayout(gap=em(self, 0.3))
        for button in (self.read_button, self.coordinate_button, self.open_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(self, 0.6), 0, 0, 0)
        column.addWidget(heading("Recent studies"))
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing, 1)
        column.addLayout(buttons)
        self.list.itemSelectionChanged.connect(self._chosen)
        self.list.itemActivated.connect(lambda _: self._ask(self.read_requested))
        self.read_button.clicked.connect(lambda: self._ask(self.read_requested))
        self.coordinate_button.clicked.connect(lambda: self._ask(self.coordinate_requested))
        self.folders: tuple[str, ...] = ()
        self.show_studies(())

    def show_studies(self, folders: Sequence[str]) -> None:
        """Show these folders, the latest first."""
        self.folders = tuple(folders)
        self.list.setVisible(bool(folders))
        self.nothing.setVisible(not folders)
        self.list.clear()
        for folder in folders:
            item = QListWidgetItem(Path(folder).name)
            item.setToolTip(tip(folder))
            item.setData(Qt.ItemDataRole.UserRole, folder)
            self.list.addItem(item)
        if folders:
            self.list.setCurrentRow(0)
        self._chosen()

    def show_titles(self, titles: Mapping[Path, str]) -> None:
        """Call the studies by their titles; where there is no study now, say so."""
        for at in range(self.list.count()):
            item = self.list.item(at)
            folder = Path(item.data(Qt.ItemDataRole.UserRole))
            place = f"{folder.parent.name}/{folder.name}".lstrip("/")
            title = titles.get(folder)
            item.setText(f"{title}\n{place}" if title else f"{folder.name}\n{place}, not there now")

    def _chosen(self) -> None:
        for button in (self.read_button, self.coordinate_button):
            button.setEnabled(bool(self.list.selectedItems()))

    def _ask(self, signal: object) -> None:
        for item in self.list.selectedItems():
            signal.emit(Path(item.data(Qt.ItemDataRole.UserRole)))  # type: ignore[attr-defined]

"""The rows of the library as Qt's list sees them; ten thousand cost no more than ten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.gui.widgets.labels import tip
from app.workflows.scans.scan_row import ScanRow

ROW = Qt.ItemDataRole.UserRole
"""The role that gives the `ScanRow` itself."""

Index = QModelIndex | QPersistentModelIndex


class LibraryModel(QAbstractListModel):
    """One item per row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ScanRow, ...] = ()
        self._place: dict[tuple[Path, ...], int] = {}

    def show_rows(self, rows: Sequence[ScanRow]) -> None:
        """Take over other rows; where the files stay the same only what changed is redrawn."""
        rows = tuple(rows)
        if [row.files for row in rows] == [row.files for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self._place = {row.files: at for at, row in enumerate(rows)}
        self.endResetModel()

    def place(self, files: tuple[Path, ...]) -> QModelIndex:
        """Where the row of these files is; an invalid index when it is not shown."""
        at = self._place.get(files)
        return QModelIndex() if at is None else self.index(at)

    def redraw(self, files: tuple[Path, ...]) -> None:
        """The row of these files looks different now."""
        where = self.place(files)
        if where.isValid():
            self.dataChanged.emit(where, where)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The case, the row itself, or words for tool tip and screen reader."""
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.code
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = f"{row.code}: {state(row)}"
            return tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None


def state(row: ScanRow) -> str:
    """In a few words how it stands with a row."""
    if row.reason:
        return row.reason
    if row.needs_confirmation:
        return "Views to confirm"
    if row.warnings:
        return f"{len(row.warnings)} warning{'s' if len(row.warnings) > 1 else ''}: {row.warnings[0]}"
    return "Ready"

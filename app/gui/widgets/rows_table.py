"""A table of text rows that stays quick with thousands of them; used for findings, links and exports."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.gui.theme import em
from app.gui.widgets.labels import plain, tip

Index = QModelIndex | QPersistentModelIndex
Row = Sequence[str]
_NOWHERE = QModelIndex()


class RowsModel(QAbstractTableModel):
    """Rows of text under fixed headers."""

    def __init__(self, headers: Sequence[str]) -> None:
        super().__init__()
        self._headers = tuple(headers)
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows instead of the old ones."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The text of a cell; the whole text also as its tool tip, because a cell may be too narrow."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.rows[index.row()][index.column()])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The name of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._headers[section]
        return None


class RowsTable(QTableView):
    """Shows a RowsModel; the last column takes the room that is left, Ctrl+C copies the chosen rows.

    `widths` of all columns but the last and the `least` height are in line heights; `nothing` stands there
    while there are no rows.
    """

    def __init__(
        self, name: str, headers: Sequence[str], widths: Sequence[float], least: float = 6, nothing: str = ""
    ) -> None:
        super().__init__()
        self.nothing = plain(nothing, "quiet", wraps=False)
        self.nothing.setParent(self.viewport())
        self.nothing.move(em(self, 0.5), em(self, 0.5))
        self.setAccessibleName(name)
        self.rows_model = RowsModel(headers)
        self.rows_model.setParent(self)
        self.setModel(self.rows_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._widths, self._least = tuple(widths), least
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self._measure()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self.rows_model.show_rows(rows)
        self.nothing.setVisible(not rows)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen rows as a table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self.selectedIndexes()})
            QGuiApplication.clipboard().setText(
                "\n".join("\t".join(self.rows_model.rows[row]) for row in chosen)
            )
            return
        super().keyPressEvent(event)

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(em(self, 1.6))
        self.setMinimumHeight(em(self, self._least))
        self.nothing.adjustSize()
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, em(self, width))

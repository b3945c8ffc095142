"""The answer-blind matrix as a virtual table: a row per case, a column per reader and arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.gui.widgets.labels import tip
from app.study.status import CellStatus, StatusColumn

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_PAGE = 32
_PAGES_KEPT = 64


class MatrixSource(Protocol):
    """Where the rows come from; only those on screen are asked for."""

    @property
    def columns(self) -> Sequence[StatusColumn]:
        """Reader and arm of each column."""

    @property
    def count(self) -> int:
        """How many cases there are."""

    def rows(self, first: int, count: int) -> Sequence[tuple[str, Sequence[CellStatus]]]:
        """So many rows from `first`: the case and one cell per column."""


class MatrixModel(QAbstractTableModel):
    """Fetches rows in pages as they come into sight and keeps a few of them."""

    def __init__(self) -> None:
        super().__init__()
        self._source: MatrixSource | None = None
        self._pages: dict[int, Sequence[tuple[str, Sequence[CellStatus]]]] = {}

    def show_source(self, source: MatrixSource | None) -> None:
        """Show another matrix, or none."""
        self.beginResetModel()
        self._source = source
        self._pages.clear()
        self.endResetModel()

    def row_of(self, row: int) -> tuple[str, Sequence[CellStatus]]:
        """The case of a row and its cells."""
        number, place = divmod(row, _PAGE)
        page = self._pages.get(number)
        if page is None:
            assert self._source is not None
            page = self._source.rows(number * _PAGE, _PAGE)
            if len(self._pages) >= _PAGES_KEPT:
                del self._pages[next(iter(self._pages))]
            self._pages[number] = page
        return page[place]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many cases there are."""
        return 0 if parent.isValid() or self._source is None else self._source.count

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many readers and arms there are."""
        return 0 if parent.isValid() or self._source is None else len(self._source.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """How far the case is with this reader in this arm, in words; never what was answered."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row_of(index.row())[1][index.column()].value
        if role == Qt.ItemDataRole.ToolTipRole and self._source is not None:
            case, cells = self.row_of(index.row())
            return tip(
                f"{case} · {self._source.columns[index.column()].title}: {cells[index.column()].value}"
            )
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Reader and arm above, the case at the side."""
        if role != Qt.ItemDataRole.DisplayRole or self._source is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            column = self._source.columns[section]
            return f"{column.reader}\n{column.arm.value}"
        return self.row_of(section)[0]

"""The lesions as a table with their outlines below them, measured only when they are on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.region import Region
from app.gui.pages.annotation.lesion_cells import CLASS_COLUMN, COLUMNS, LesionRow, rows_of
from app.gui.pages.annotation.measures import Measures
from app.gui.widgets.labels import tip

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LesionModel(QAbstractItemModel):
    """A row per lesion, in the order asked for, and below it one per region; it goes with its parent."""

    def __init__(self, table: ClassTable, parent: QObject) -> None:
        super().__init__(parent)
        self.table = table
        self.since: Mapping[str, str] = {}
        """What each lesion is since the prior scan, where that is shown."""
        self.rows: list[LesionRow] = []
        self._order: dict[str, int] = {}
        self._places: dict[str, tuple[int, int]] = {}
        """Row and row below it of each region."""

    def show(self, annotation: Annotation, measures: Measures | None) -> bool:
        """Show an annotation; True where the rows are the same and say something else: they are painted anew.

        No message for each of them: hundreds cost more than the picture.
        """
        rows = rows_of(annotation, measures, self.since)
        if self._order:
            last = len(self._order)
            rows.sort(key=lambda row: self._order.get(row.lesion, last))
        places = _places_of(rows)
        lesions = [row.lesion for row in rows] == [row.lesion for row in self.rows]
        if not lesions or places != self._places:
            self.beginResetModel()
            self.rows, self._places = rows, places
            self.endResetModel()
            return False
        self.rows = rows
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the lesions by a column, once: lesions that are drawn later come last."""
        key = COLUMNS[column].key
        self.beginResetModel()
        self.rows.sort(key=lambda row: row.number)
        self.rows.sort(key=key, reverse=order is Qt.SortOrder.DescendingOrder)
        by_number = column == 0 and order is Qt.SortOrder.AscendingOrder
        self._order = {} if by_number else {row.lesion: place for place, row in enumerate(self.rows)}
        self._places = _places_of(self.rows)
        self.endResetModel()

    def regions_at(self, index: _Index) -> tuple[Region, ...]:
        """The regions of the lesion of a row, or the one region of a row below it."""
        if not index.isValid():
            return ()
        below = index.internalId()
        return (self.rows[below - 1].regions[index.row()],) if below else self.rows[index.row()].regions

    def row_of_lesion(self, lesion: str) -> int:
        """The row of a lesion, -1 when it is not there."""
        return next((place for place, row in enumerate(self.rows) if row.lesion == lesion), -1)

    def index_of(self, uuid: str) -> QModelIndex:
        """The place of a region below its lesion, none when it is not there."""
        if uuid not in self._places:
            return _NOWHERE
        place, below = self._places[uuid]
        return self.index(below, 0, self.index(place, 0))

    # Qt

    def index(self, row: int, column: int, parent: _Index = _NOWHERE) -> QModelIndex:
        """The place of a lesion, or of a region below its lesion."""
        if not self.hasIndex(row, column, parent):
            return _NOWHERE
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: _Index = _NOWHERE) -> QModelIndex | QObject:  # type: ignore[override]
        """The lesion above a region."""
        above = index.internalId() if index.isValid() else 0
        return self.createIndex(above - 1, 0, 0) if above else _NOWHERE

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """The lesions, or the regions of one."""
        if not parent.isValid():
            return len(self.rows)
        return 0 if parent.internalId() or parent.column() else len(self.rows[parent.row()].regions)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: ARG002  (the same everywhere)
        """The columns of `COLUMNS`."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns, and what they mean as tool tips."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            if role == Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section].help
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words of a cell; numbers to the right, the class in its colour, everything else as a tool tip."""
        if not index.isValid():
            return None
        below, column = index.internalId(), COLUMNS[index.column()]
        row = self.rows[below - 1 if below else index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole if below:
                return column.of_region(row, row.regions[index.row()])
            case Qt.ItemDataRole.DisplayRole:
                return column.of_lesion(row)
            case Qt.ItemDataRole.DecorationRole if index.column() == CLASS_COLUMN and not below:
                return QColor(self.table.of(row.regions[0].label).colour)
            case Qt.ItemDataRole.TextAlignmentRole if column.number:
                return _RIGHT
            case Qt.ItemDataRole.ToolTipRole:
                return tip(_everything(row))
        return None


def _places_of(rows: list[LesionRow]) -> dict[str, tuple[int, int]]:
    return {
        region.uuid: (place, below)
        for place, row in enumerate(rows)
        for below, region in enumerate(row.regions)
    }


def _everything(row: LesionRow) -> str:
    said = [(column.title, column.of_lesion(row)) for column in COLUMNS]
    said += row.regions[0].fields.items()
    return "\n".join(f"{title}  {words}" for title, words in said if words)

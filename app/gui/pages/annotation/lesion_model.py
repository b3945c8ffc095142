"""The list of lesions as a table: one row per region, measured only when it is on the screen."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.region import Region, RegionSource
from app.gui.canvas.panel import SHORT_NAME
from app.gui.pages.annotation.measures import Measures, ratio_text

COLUMNS = (
    ("#", "Lesion; regions with one number are one lesion"),
    ("View", "View"),
    ("Class", "Class"),
    ("Bone", "Bone region"),
    ("cm²", "Area"),
    ("Max", "Highest counts of a pixel"),
    ("Mean", "Mean counts of a pixel"),
    ("Counts", "Total counts"),
    ("/ other side", "Mean over that of the mirrored place, ± standard error (counting noise)"),
    ("/ around", "Mean over that of the tissue around, ± standard error (counting noise)"),
    ("By", "Who drew it; a proposal (number with ?) counts only once it is accepted"),
)
_BY = {
    RegionSource.READER: "reader",
    RegionSource.AI: "AI, to judge",
    RegionSource.AI_ACCEPTED: "AI, accepted",
    RegionSource.AI_EDITED: "AI, edited",
}
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LesionModel(QAbstractTableModel):
    """The regions of one annotation in their order."""

    def __init__(self, table: ClassTable) -> None:
        super().__init__()
        self.table = table
        self._annotation = Annotation()
        self._numbers: dict[str, int] = {}
        self._measures: Measures | None = None

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions, one per row."""
        return self._annotation.regions

    def show(self, annotation: Annotation, measures: Measures | None) -> None:
        """Show an annotation; rows that stay keep their place and selection."""
        before, after = len(self.regions), len(annotation.regions)
        if after < before:
            self.beginRemoveRows(_NOWHERE, after, before - 1)
        elif after > before:
            self.beginInsertRows(_NOWHERE, before, after - 1)
        self._annotation, self._measures = annotation, measures
        self._numbers = annotation.lesion_numbers
        if after < before:
            self.endRemoveRows()
        elif after > before:
            self.endInsertRows()
        if after:
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, len(COLUMNS) - 1))

    def row_of(self, uuid: str) -> int:
        """The row of a region, -1 when it is not there."""
        return next((row for row, region in enumerate(self.regions) if region.uuid == uuid), -1)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """One row per region."""
        return 0 if parent.isValid() else len(self.regions)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """The columns of `COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns, and what they mean as tool tips."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section][1]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words of a cell; numbers to the right, the class in its colour."""
        if not index.isValid() or index.row() >= len(self.regions):
            return None
        region = self.regions[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(region, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 2:
            return QColor(self.table.of(region.label).colour)
        if role == Qt.ItemDataRole.TextAlignmentRole and 4 <= index.column() < len(COLUMNS) - 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, region: Region, column: int) -> str:
        if column == len(COLUMNS) - 1:
            return _BY[region.source]
        if column < 4:
            number = f"{self._numbers[region.lesion]}{' ?' if region.source is RegionSource.AI else ''}"
            return (number, SHORT_NAME[region.view], region.label, region.bone or "—")[column]
        found = self._measures.of(region, self._annotation) if self._measures is not None else None
        if found is None:
            return "—"
        area = "—" if found.area_cm2 is None else f"{found.area_cm2:.2f}"
        return (
            area,
            f"{found.maximum:.0f}",
            f"{found.mean:.1f}",
            f"{found.counts:.0f}",
            ratio_text(found.to_contralateral),
            ratio_text(found.to_background),
        )[column - 4]

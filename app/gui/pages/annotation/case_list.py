"""The cases of the folder: small pictures, how far each is, search and filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from app.gui.canvas.choice_box import ChoiceBox
from app.gui.pages.annotation.case_card import CaseCard
from app.gui.theme import em
from app.gui.thumbnails import Thumbnails
from app.gui.widgets.labels import tip
from app.workflows.annotation.desk_record import CaseStatus, CaseWork
from app.workflows.scans.scan_row import ScanRow

ROW = Qt.ItemDataRole.UserRole
STATUS = Qt.ItemDataRole.UserRole + 1
_OPEN = "not finished"
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class CaseModel(QAbstractListModel):
    """One row per case; it goes with its parent."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[ScanRow] = ()
        self._statuses: dict[str, CaseStatus] = {}
        self._seconds: dict[str, float] = {}

    def show(self, rows: Sequence[ScanRow]) -> None:
        """The cases of another folder."""
        self.beginResetModel()
        self.rows = rows
        self._statuses, self._seconds = {}, {}
        self.endResetModel()

    def tell(self, statuses: Mapping[str, CaseStatus], works: Mapping[str, CaseWork]) -> None:
        """How far the cases are now, and what is on record of them."""
        self._statuses |= statuses
        self._seconds |= {case: work.seconds for case, work in works.items()}
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def redraw(self, files: tuple[Path, ...]) -> None:
        """The picture of a case is there."""
        for place, row in enumerate(self.rows):
            if row.files == files:
                self.dataChanged.emit(self.index(place), self.index(place))

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """One row per case."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The case's code, its row, how far it is, and the time of work as a tool tip."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        status = self._statuses.get(row.case, CaseStatus.UNTOUCHED)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.case
            case Qt.ItemDataRole.ToolTipRole:
                return tip(f"{row.case}: {status.value}, {_time(self._seconds.get(row.case, 0.0))}")
        return {ROW: row, STATUS: status}.get(role)


class _Filter(QSortFilterProxyModel):
    """The cases whose code holds the words and that are so far."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.words, self.far = "", ""

    def choose(self, words: str, far: str) -> None:
        """Show other cases."""
        self.words, self.far = words.casefold().strip(), far
        self.invalidateRowsFilter()

    def filterAcceptsRow(self, row: int, parent: _Index) -> bool:
        """Whether a case is shown."""
        index = self.sourceModel().index(row, 0, parent)
        status = CaseStatus(index.data(STATUS))
        far = not self.far or (not status.finished if self.far == _OPEN else status.value == self.far)
        return far and self.words in str(index.data()).casefold()


class CaseList(QWidget):
    """`case_chosen(place)`: a case of the folder is to be shown."""

    case_chosen = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CaseModel(self)
        self._filter = _Filter(self)
        self._filter.setSourceModel(self.model)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search a case")
        self.far: QComboBox = ChoiceBox()
        self.far.setAccessibleName("Which cases are shown")
        self.far.addItem("all", "")
        self.far.addItem(_OPEN, _OPEN)
        for status in CaseStatus:
            self.far.addItem(status.value, status.value)
        self.list = QListView()
        self.list.setModel(self._filter)
        self.list.setItemDelegate(CaseCard(thumbnails, ROW, STATUS, self))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Cases")
        above = QHBoxLayout()
        above.addWidget(self.search, 1)
        above.addWidget(self.far)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(self, 0.4), em(self, 0.3), 0, 0)
        column.addLayout(above)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(lambda _text: self._choose())
        self.far.activated.connect(lambda _place: self._choose())
        self.list.activated.connect(self._chosen)
        self.list.clicked.connect(self._chosen)

    def show_case(self, place: int) -> None:
        """Mark the case that is on the screen."""
        index = self._filter.mapFromSource(self.model.index(place))
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _choose(self) -> None:
        self._filter.choose(self.search.text(), self.far.currentData())

    def _chosen(self, index: QModelIndex) -> None:
        self.case_chosen.emit(self._filter.mapToSource(index).row())


def _time(seconds: float) -> str:
    return f"{int(seconds // 60)} min {int(seconds % 60)} s of work" if seconds else "no work yet"

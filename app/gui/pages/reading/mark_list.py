"""The lesions marked so far: numbered as on the images, each with a class, a region and its own rating."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.annotation.region import Region
from app.gui.canvas.choice_box import ChoiceBox
from app.gui.pages.reading.percent_field import PercentField
from app.gui.widgets.labels import heading
from app.language import for_later, tr
from app.scan.scan import ViewName

LESION_CLASSES = (
    for_later("metastasis"),
    for_later("degenerative"),
    for_later("fracture"),
    for_later("other benign"),
    for_later("equivocal"),
    for_later("physiological"),
    for_later("artefact"),
)
_SIDE = {ViewName.ANTERIOR: for_later("ANT"), ViewName.POSTERIOR: for_later("POST")}
_COLUMNS = ("#", for_later("View"), for_later("Class"), for_later("Region"), for_later("Rating"))
_ROWS_SHOWN = 4


class MarkList(QWidget):
    """A row per mark; the selected mark is edited below the rows.

    `selected` carries the mark's uuid or "" ; `changed` carries uuid, field name ("label", "bone", "rating")
    and the new value. `left`: the reader wants the images back.
    """

    selected = Signal(str)
    changed = Signal(str, str, object)
    left = Signal()

    def __init__(self, places: Sequence[str], *, with_rating: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[Region, ...] = ()
        self._with_rating = with_rating
        self.heading = heading("", wraps=True)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(name) for name in _COLUMNS])
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab goes on to the editors
        self.table.setShowGrid(False)
        self.table.setAccessibleName(tr("Lesions"))
        self.table.setColumnHidden(_COLUMNS.index("Rating"), not with_rating)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_COLUMNS.index("Class"), QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)

        self.label_box = ChoiceBox()
        for name in LESION_CLASSES:
            self.label_box.addItem(tr(name), name)
        self.label_box.setAccessibleName(tr("Class of the selected lesion"))
        self.bone_box = ChoiceBox()
        self.bone_box.addItem(tr("region —"), "")
        for bone in places:
            self.bone_box.addItem(tr(bone), bone)
        self.bone_box.setAccessibleName(tr("Region of the selected lesion"))
        self.rating_field = PercentField(tr("Rating of the selected lesion"))
        if not with_rating:
            self.rating_field.hide()

        self.editor = QWidget()
        row = QHBoxLayout(self.editor)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label_box, stretch=3)
        row.addWidget(self.bone_box, stretch=2)
        row.addWidget(self.rating_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.heading, self.table, self.editor):
            column.addWidget(widget)

        self.table.itemSelectionChanged.connect(lambda: self.selected.emit(self.chosen()))
        self.label_box.activated.connect(lambda _index: self._edit("label", self.label_box.currentData()))
        self.bone_box.activated.connect(lambda _index: self._edit("bone", self.bone_box.currentData()))
        self.rating_field.rated.connect(self._rate)
        self.rating_field.entered.connect(self._go_on)
        self.rating_field.left.connect(self.left)
        self.show_marks(())

    def show_marks(self, marks: tuple[Region, ...], selected: str = "") -> None:
        """Show these marks, in the order of their numbers, with one of them (or none) selected."""
        if marks == self._marks and selected == self.chosen() and self.heading.text():
            return  # most changes of an answer leave the marks alone
        self._marks = marks
        self.heading.setText(
            tr("Lesions   {n} marked", n=len(marks)) if marks else tr("Lesions   none marked")
        )
        self.table.blockSignals(True)
        self.table.setRowCount(len(marks))
        for index, mark in enumerate(marks):
            for column, text in enumerate(_texts(index, mark)):
                item = self.table.item(index, column)
                if item is None:
                    item = QTableWidgetItem()
                    self.table.setItem(index, column, item)
                if item.text() != text:
                    item.setText(text)
        self.table.setVisible(bool(marks))
        rows = min(len(marks), _ROWS_SHOWN)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height()
            + rows * self.table.verticalHeader().defaultSectionSize()
            + 2 * self.table.frameWidth()
        )
        self.table.blockSignals(False)
        self.show_selected(selected)

    def show_selected(self, uuid: str) -> None:
        """Mark the row of this mark, and edit it; "" selects none."""
        row = next((index for index, mark in enumerate(self._marks) if mark.uuid == uuid), -1)
        self.table.blockSignals(True)
        if row < 0:
            self.table.clearSelection()
            self.table.setCurrentItem(None)  # type: ignore[call-overload]  # Qt takes a null item
        else:
            self.table.selectRow(row)
        self.table.blockSignals(False)
        self.editor.setVisible(row >= 0)
        if row >= 0:
            mark = self._marks[row]
            self.label_box.setCurrentIndex(self.label_box.findData(mark.label))
            self.bone_box.setCurrentIndex(max(0, self.bone_box.findData(mark.bone)))
            self.rating_field.show_rating(None if mark.rating is None else round(mark.rating))

    def select_unrated(self, *, others: bool = False) -> bool:
        """Select the next mark without a rating, from the selected one on; False when there is none.

        `others`: the selected one is left out, whether it has a rating or not.
        """
        chosen = self.chosen()
        at = next((index for index, mark in enumerate(self._marks) if mark.uuid == chosen), 0)
        ahead = (*self._marks[at:], *self._marks[:at])
        unrated = next(
            (mark.uuid for mark in ahead if mark.rating is None and not (others and mark.uuid == chosen)), ""
        )
        if unrated and self._with_rating:
            self.show_selected(unrated)
            self.selected.emit(unrated)
        return bool(unrated) and self._with_rating

    def chosen(self) -> str:
        """The uuid of the selected mark, "" when none is."""
        rows = self.table.selectionModel().selectedRows()
        return self._marks[rows[0].row()].uuid if rows else ""

    def _go_on(self) -> None:
        """Enter in the field: the next number is for the next mark without one, never for the case."""
        if self.select_unrated(others=True):
            self.rating_field.selectAll()
        else:
            self.left.emit()

    def _edit(self, field: str, value: object) -> None:
        if uuid := self.chosen():
            self.changed.emit(uuid, field, value)

    def _rate(self, value: int | None) -> None:
        self._edit("rating", None if value is None else float(value))


def _texts(index: int, mark: Region) -> tuple[str, ...]:
    rating = "—" if mark.rating is None else f"{mark.rating:.0f}"
    return str(index + 1), tr(_SIDE[mark.view]), tr(mark.label), tr(mark.bone) or "—", rating

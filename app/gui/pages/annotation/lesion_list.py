"""The list of lesions with an editor for the selected one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.gui.pages.annotation.lesion_model import LesionModel
from app.gui.pages.annotation.measures import Measures
from app.gui.widgets.labels import heading
from app.quantification.bones import bone_table
from app.wording import counted


class LesionList(QWidget):
    """`selected(uuid or "")`: the current row; `chosen_changed()`: which rows are chosen;
    `changed(field, value)`: another class or bone for the chosen rows."""

    selected = Signal(str)
    chosen_changed = Signal()
    changed = Signal(str, object)

    def __init__(self, table: ClassTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LesionModel(table)
        self._quiet = False
        self.heading = heading()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setAccessibleName("Lesions")
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(20)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.class_box = QComboBox()
        self.class_box.setAccessibleName("Class of the selected region")
        self.class_box.addItems([each.name for each in table.classes])
        self.bone_box = QComboBox()
        self.bone_box.setAccessibleName("Bone region of the selected region")
        self.bone_box.addItem("bone —", "")
        for bone in bone_table().bones:
            self.bone_box.addItem(bone.title, bone.title)
        editor = QHBoxLayout()
        editor.addWidget(self.class_box, 1)
        editor.addWidget(self.bone_box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.table, 1)
        column.addLayout(editor)
        selection = self.table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._tell())
        self.class_box.textActivated.connect(lambda text: self._edit("label", text))
        self.bone_box.activated.connect(lambda _index: self._edit("bone", self.bone_box.currentData()))
        self.show_annotation(Annotation(), None, "")

    def show_annotation(self, annotation: Annotation, measures: Measures | None, selected: str) -> None:
        """Show the regions of an annotation."""
        first = not self.model.regions and annotation.regions
        chosen = self.chosen()
        self._quiet = True
        self.model.show(annotation, measures)
        self._choose(chosen)
        self._quiet = False
        lesions, regions = len(annotation.lesion_numbers), len(annotation.regions)
        words = f"{lesions} in {counted(regions, 'region')}" if regions else "none drawn"
        self.heading.setText(f"Lesions   {words}")
        if first:
            self.table.resizeColumnsToContents()
        self.show_selected(selected)

    def show_selected(self, uuid: str) -> None:
        """Choose the row of a region; others that were chosen with it stay."""
        row = self.model.row_of(uuid)
        self._quiet = True
        if row < 0:
            self._choose(())
        elif uuid not in self.chosen():
            self._choose((uuid,))
        self._quiet = False
        for box in (self.class_box, self.bone_box):
            box.setEnabled(row >= 0)
        region = self.model.regions[row] if row >= 0 else None
        self.class_box.setCurrentIndex(self.class_box.findText(region.label) if region else -1)
        self.bone_box.setCurrentIndex(max(0, self.bone_box.findData(region.bone)) if region else 0)
        self.chosen_changed.emit()

    def chosen(self) -> Sequence[str]:
        """The chosen regions, the current one first."""
        selection = self.table.selectionModel()
        current = selection.currentIndex().row()
        rows = sorted(
            (index.row() for index in selection.selectedRows()), key=lambda row: (row != current, row)
        )
        return [self.model.regions[row].uuid for row in rows if row < len(self.model.regions)]

    def _choose(self, uuids: Sequence[str]) -> None:
        """Choose the rows of these regions and no others; the first is the current one."""
        selection, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        rows = [row for row in map(self.model.row_of, uuids) if row >= 0]
        selection.clear()
        for row in rows:
            selection.select(self.model.index(row, 0), flags.Select | flags.Rows)
        if rows:
            selection.setCurrentIndex(self.model.index(rows[0], 0), flags.NoUpdate)

    def _tell(self) -> None:
        """The rows that are chosen are final only now: a click makes its row the current one before."""
        if not self._quiet:
            self.selected.emit(next(iter(self.chosen()), ""))
            self.chosen_changed.emit()

    def _edit(self, field: str, value: object) -> None:
        if self.chosen():
            self.changed.emit(field, value)

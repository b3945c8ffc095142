"""The list of lesions, one row each, with an editor for the chosen ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.region import Region
from app.gui.pages.annotation.lesion_cells import BONE_COLUMN, CLASS_COLUMN, COLUMNS, SINCE_COLUMN
from app.gui.pages.annotation.lesion_editor import LesionEditor
from app.gui.pages.annotation.lesion_model import LesionModel
from app.gui.pages.annotation.measures import Measures
from app.gui.theme import em
from app.gui.widgets.labels import heading
from app.wording import counted

_EMS = (3.2, 6.4, 3.6, 5.0, 5.4, 3.0, 2.9, 5.4, 5.4, 3.0, 3.2, 3.4, 3.8, 5.0, 8.0)
"""Width of each column in letters' heights."""


class LesionList(QWidget):
    """`selected(uuid or "")`: the current row; `chosen_changed()`: which rows are chosen;
    `changed(field, value)`: another class, bone, confidence or comment for the chosen lesions."""

    selected = Signal(str)
    chosen_changed = Signal()
    changed = Signal(str, object)

    def __init__(self, table: ClassTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LesionModel(table, self)
        self.editor = LesionEditor(table)
        self._quiet = self._since_shown = False
        self._telling = False
        self._from_films = ""
        self.heading = heading()
        self.table = QTreeView()
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setUniformRowHeights(True)
        self.table.setAccessibleName("Lesions")
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setIndentation(em(self, 0.9))
        self.table.setExpandsOnDoubleClick(True)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = self.table.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(em(self, 1.5))
        for column, width in enumerate(_EMS):
            header.resizeSection(column, em(self, width))
        header.setSectionResizeMode(BONE_COLUMN, QHeaderView.ResizeMode.Stretch)
        self.table.viewport().installEventFilter(self)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addWidget(self.heading)
        column_.addWidget(self.table, 1)
        column_.addWidget(self.editor)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        self.editor.changed.connect(self._edit)
        self._kept: tuple[list[str], set[str], int] = ([], set(), 0)
        self.show_annotation(Annotation(), None, "")

    def show_annotation(self, annotation: Annotation, measures: Measures | None, selected: str) -> None:
        """Show the lesions of an annotation."""
        self._quiet = True
        if self.model.show(annotation, measures):
            self.table.viewport().update()
        self._quiet = False
        lesions, regions = len(self.model.rows), len(annotation.regions)
        words = f"{lesions} in {counted(regions, 'region')}" if regions else "none drawn"
        self.heading.setText(f"Lesions   {words}")
        if self._from_films and not self.model.index_of(self._from_films).isValid():
            self._from_films = ""
        self._follow(selected)

    def show_table(self, table: ClassTable) -> None:
        """Other classes."""
        self.model.table = table
        self.editor.show_table(table)
        self.table.viewport().update()
        self._show_chosen()

    def show_since(self, since: Mapping[str, str] | None) -> None:
        """What each lesion is since the prior scan, told with the next annotation; None: no prior."""
        self.model.since = since or {}
        if self._since_shown is not (since is not None):
            self._since_shown = since is not None
            narrower = _EMS[CLASS_COLUMN] - (1.0 if self._since_shown else 0.0)
            self.table.header().resizeSection(CLASS_COLUMN, em(self, narrower))
            self._fit_columns()

    def show_selected(self, uuid: str) -> None:
        """A region was selected: its lesion is chosen, or its own row where that is open."""
        if not self._telling:
            self._from_films = uuid
        self._follow(uuid)

    def choose_lesion(self, uuid: str) -> None:
        """Choose the whole lesion of a region, as a click on its row does."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.model.index_of(uuid).parent()
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if self._from_films:  # the row was chosen already, for one of its outlines
            self._tell()

    def chosen(self) -> Sequence[str]:
        """The chosen regions, the current one first; a lesion that is chosen stands for all of its regions.

        One that was chosen on the films stands for itself.
        """
        if self._from_films:
            return [self._from_films]
        return [region.uuid for region in self._chosen_regions()]

    @property
    def number_chosen(self) -> int:
        """How many rows are chosen."""
        return len(self.table.selectionModel().selectedRows())

    def after(self, uuid: str, steps: int) -> str:
        """The first region of the lesion so many rows from that of a region, round the end; "" for none."""
        rows = self.model.rows
        if not rows:
            return ""
        index = self.model.index_of(uuid)
        place = (index.parent().row() + steps) if index.isValid() else (0 if steps > 0 else -1)
        return rows[place % len(rows)].regions[0].uuid

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show as many columns as there is room for."""
        if event.type() is QEvent.Type.Resize:
            self._fit_columns()
        return super().eventFilter(watched, event)

    def _fit_columns(self) -> None:
        header = self.table.header()
        room, taken = self.table.viewport().width(), 0
        for column in range(len(COLUMNS)):
            unused = column == SINCE_COLUMN and not self._since_shown
            taken += 0 if unused else em(self, _EMS[column])
            hidden = unused or (column > BONE_COLUMN and taken > room)
            if header.isSectionHidden(column) is not hidden:
                header.setSectionHidden(column, hidden)

    def _follow(self, uuid: str) -> None:
        """Choose the row of a region unless it is chosen; others that were chosen with it stay."""
        self._quiet = True
        if not self.model.index_of(uuid).isValid():
            self._choose(())
        elif uuid not in {region.uuid for region in self._chosen_regions()}:
            self._choose((uuid,))
        self._quiet = False
        self._show_chosen()

    def _chosen_regions(self) -> list[Region]:
        selection = self.table.selectionModel()
        current = selection.currentIndex().siblingAtColumn(0)
        rows = sorted(selection.selectedRows(), key=lambda index: (index != current, _order(index)))
        return list(dict.fromkeys(region for index in rows for region in self.model.regions_at(index)))

    def _choose(self, uuids: Iterable[str]) -> None:
        """Choose the rows of these regions and no others; the first is the current one."""
        selection, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.clear()
        rows: list[QModelIndex] = []
        for uuid in uuids:
            index = self.model.index_of(uuid)
            if index.isValid():
                above = index.parent()
                rows.append(index if self.table.isExpanded(above) else above)
        for row in rows:
            selection.select(row, flags.Select | flags.Rows)
        if rows:
            selection.setCurrentIndex(rows[0], flags.NoUpdate)
            self.table.scrollTo(rows[0])

    def _remember(self) -> None:
        """Before the rows are others: which regions are chosen and which lesions are open."""
        rows = self.model.rows
        opened = {
            row.lesion for place, row in enumerate(rows) if self.table.isExpanded(self.model.index(place, 0))
        }
        chosen = [region.uuid for region in self._chosen_regions()]
        self._kept = (chosen, opened, self.table.verticalScrollBar().value())

    def _restore(self) -> None:
        chosen, opened, scrolled = self._kept
        quiet, self._quiet = self._quiet, True
        for place, row in enumerate(self.model.rows):
            if row.lesion in opened:
                self.table.setExpanded(self.model.index(place, 0), True)
        self.table.verticalScrollBar().setValue(scrolled)
        self._choose(chosen)
        self._quiet = quiet

    def _show_chosen(self) -> None:
        self.editor.show_regions(self._chosen_regions())
        self.chosen_changed.emit()

    def _tell(self) -> None:
        """The rows that are chosen are final only now: a click makes its row the current one before."""
        if not self._quiet:
            self._from_films = ""
            self._telling = True
            self.selected.emit(next(iter(self.chosen()), ""))
            self._telling = False
            self._show_chosen()

    def _edit(self, field: str, value: object) -> None:
        if self.chosen():
            self.changed.emit(field, value)


def _order(index: QModelIndex) -> tuple[int, int]:
    above = index.parent()
    return (above.row(), index.row()) if above.isValid() else (index.row(), -1)

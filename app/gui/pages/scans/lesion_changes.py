"""The lesions of the current scan beside the films: which are new, where they lie, how uptake has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from app.annotation.region import Region
from app.gui.canvas.panel import SHORT_NAME
from app.gui.theme import em

if TYPE_CHECKING:
    from app.workflows.reports.follow_up import FollowUp

HEAD = ("#", "Before", "View", "Bone", "z")
NEW, KNOWN = "new", "there before"
COLOURS = {NEW: "#ff8a3d", KNOWN: "#4aa8ff"}
"""Of the outlines on the films."""
_ROWS_SHOWN = 12


class LesionChanges(QTableWidget):
    """A row per lesion of the current scan; `chosen(number)`: the one that is wanted on the films."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEAD), parent)
        self.setAccessibleName("Lesions of the current scan")
        self.setHorizontalHeaderLabels(list(HEAD))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.itemSelectionChanged.connect(self._tell)

    def show_lesions(self, found: FollowUp) -> int:
        """List the lesions of a comparison; gives the width that they need, in pixels."""
        new = found.new_lesions
        views: dict[int, list[tuple[str, str, str]]] = {}
        for each in found.lesions:
            seen = (SHORT_NAME[each.view], ", ".join(each.regions) or "—", f"{each.z:+.1f}")
            views.setdefault(each.lesion, []).append(seen)
        self.blockSignals(True)
        self.clearSelection()
        self.setRowCount(len(views))
        for row, (number, seen_on) in enumerate(views.items()):
            names, bones, z = (", ".join(dict.fromkeys(each)) for each in zip(*seen_on, strict=True))
            texts = (str(number), NEW if number in new else KNOWN, names, bones, z)
            for column, text in enumerate(texts):
                self.setItem(row, column, QTableWidgetItem(text))
        self.blockSignals(False)
        self.setVisible(bool(views))
        self.resizeColumnsToContents()
        self.setColumnWidth(HEAD.index("Bone"), min(self.columnWidth(HEAD.index("Bone")), em(self, 9)))
        rows = min(len(views), _ROWS_SHOWN)
        head, line = self.horizontalHeader().sizeHint().height(), self.verticalHeader().defaultSectionSize()
        frame = 2 * self.frameWidth()
        self.setFixedHeight(head + rows * line + frame)
        bar = self.verticalScrollBar().sizeHint().width() if len(views) > rows else 0
        return self.horizontalHeader().length() + frame + bar

    def _tell(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows:
            self.chosen.emit(int(rows[0].data()))


def outlines(found: FollowUp) -> tuple[Region, ...]:
    """The lesions of the current scan in the order of their numbers; their class says which are new."""
    new = found.new_lesions
    return tuple(
        replace(region, label=NEW if each.lesion in new else KNOWN)
        for each in found.lesions
        for region in each.drawn
    )


def prior_outlines(found: FollowUp) -> tuple[Region, ...]:
    """The lesions of the prior scan, laid on the current one."""
    return tuple(replace(region, label=KNOWN) for region in found.before)

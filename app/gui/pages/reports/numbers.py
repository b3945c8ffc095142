"""Indices and lesions of a report as tables, and what has to be read with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.theme import em
from app.gui.widgets.labels import note
from app.report.bone_scan.facts import ReportFacts
from app.report.bone_scan.tables import index_table, legend, lesion_table, model_line
from app.report.numbers import MISSING
from app.report.report_table import ReportTable
from app.wording import RESEARCH_USE


class Numbers(QWidget):
    """Made once for each report: its numbers never change."""

    def __init__(self, facts: ReportFacts) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(self, 0.4))
        model = model_line(facts)
        if model:
            column.addWidget(note(model, "subheading"))
        self.indices = _grid(index_table(facts))
        column.addWidget(note("Indices", "subheading"))
        column.addWidget(self.indices)
        self.lesions = _grid(lesion_table(facts))
        column.addWidget(note(legend(facts), "subheading"))
        if facts.lesions:
            column.addWidget(self.lesions)
        if facts.validity:
            column.addWidget(note("To be read with the numbers", "subheading"))
            column.addWidget(note("\n".join(f"• {note}" for note in facts.validity)))
        column.addWidget(note(" ".join(RESEARCH_USE), "quiet"))


def _grid(shown: ReportTable) -> QTableWidget:
    """A table as high as its rows: the page scrolls, not the table."""
    head, rows = shown.header, shown.rows
    grid = QTableWidget(len(rows), len(head))
    grid.setAccessibleName(shown.title)
    grid.setHorizontalHeaderLabels(list(head))
    grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    grid.setShowGrid(False)
    grid.setTabKeyNavigation(False)
    grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    grid.verticalHeader().setVisible(False)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            if text[:1].isdigit() or text in ("not defined", MISSING):
                item.setTextAlignment(right)
            grid.setItem(place, column, item)
    grid.resizeColumnsToContents()
    grid.verticalHeader().setMinimumSectionSize(1)
    for place in range(len(rows)):
        grid.setRowHeight(place, em(grid, 1.35))
    if not head[-1]:  # words rather than numbers: they may take what is left
        grid.horizontalHeader().setSectionResizeMode(len(head) - 1, QHeaderView.ResizeMode.Stretch)
    height = grid.horizontalHeader().sizeHint().height() + 2 * grid.frameWidth()
    height += sum(grid.rowHeight(place) for place in range(len(rows)))
    grid.setFixedHeight(height + em(grid, 1.0))  # room for a scroll bar below wide tables
    return grid

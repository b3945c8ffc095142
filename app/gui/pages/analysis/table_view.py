"""A report table with as many columns as it needs; Ctrl+C copies the chosen cells for a spreadsheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from app.gui.widgets.labels import heading, muted
from app.report.report_table import ReportTable


class _Grid(QTableWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen cells as lines with tabs."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows: dict[int, list[str]] = {}
            for item in sorted(self.selectedItems(), key=lambda one: (one.row(), one.column())):
                rows.setdefault(item.row(), []).append(item.text())
            QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows.values()))
        else:
            super().keyPressEvent(event)


class TableView(QWidget):
    """One table with its title and note."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.note = heading(wraps=True), muted()
        self.grid = _Grid()
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.grid.setAlternatingRowColors(True)
        self.grid.setShowGrid(False)
        self.grid.setTabKeyNavigation(False)
        self.grid.verticalHeader().setVisible(False)
        self.grid.horizontalHeader().setStretchLastSection(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.grid, 1)
        column.addWidget(self.note)

    def show_table(self, table: ReportTable) -> None:
        """Show this table."""
        self.title.setText(table.title)
        self.note.setText(table.note)
        self.grid.setAccessibleName(table.title)
        self.grid.clear()
        self.grid.setColumnCount(len(table.header))
        self.grid.setRowCount(len(table.rows))
        self.grid.setHorizontalHeaderLabels(list(table.header))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                item = QTableWidgetItem(cell)
                if cell[:1].isdigit() or cell[:1] in "−<":
                    item.setTextAlignment(right)
                self.grid.setItem(place, column, item)
        self.grid.resizeColumnsToContents()

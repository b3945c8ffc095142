"""The indices of the prior and the current scan beside each other, and which lesions are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from app.gui.pages.scans.lesion_changes import LesionChanges
from app.gui.theme import em
from app.gui.widgets.labels import heading, plain
from app.wording import counted

if TYPE_CHECKING:
    from app.workflows.reports.follow_up import FollowUp

HEAD = ("Index", "Prior", "Current", "Change")


class IndexChanges(QWidget):
    """Hidden until both scans have lesions."""

    def __init__(self) -> None:
        super().__init__()
        self.table = QTableWidget(0, len(HEAD))
        self.table.setAccessibleName("Indices of both scans")
        self.table.setHorizontalHeaderLabels(list(HEAD))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setVisible(False)
        self.words = plain()
        self.lesions = LesionChanges()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, em(self, 0.5), 0)
        column.addWidget(heading("Indices"))
        column.addWidget(self.table)
        column.addWidget(self.words)
        column.addWidget(self.lesions)
        column.addStretch(1)
        self.hide()

    def show_changes(self, found: FollowUp) -> None:
        """Show the indices of a comparison; nothing where the lesions of both scans are not known."""
        self.table.setRowCount(len(found.changes))
        for row, each in enumerate(found.changes):
            name = f"{each.name}, {each.unit}" if each.unit else each.name
            texts = (name, _number(each.prior, 4), _number(each.current, 4), _signed(each.change))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        self.table.resizeRowsToContents()
        frame = 2 * self.table.frameWidth()
        self.table.setFixedSize(
            self.table.horizontalHeader().length() + frame,
            self.table.horizontalHeader().sizeHint().height() + self.table.verticalHeader().length() + frame,
        )
        self.words.setText(_new_words(len(found.new_lesions)))
        self.setFixedWidth(max(self.table.width(), self.lesions.show_lesions(found)) + em(self, 0.5))
        self.setVisible(bool(found.changes))


def _number(value: float, digits: int) -> str:
    """So many digits that count, and no powers of ten: "17,430", not "1.743e+04"."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def _signed(change: float) -> str:
    sign = "+" if change > 0 else "−"
    return sign + _number(abs(change), 3) if change else "0"


def _new_words(new: int) -> str:
    if not new:
        return "No lesion of the current scan is new."
    return f"{counted(new, 'lesion')} of the current scan {'is' if new == 1 else 'are'} new."

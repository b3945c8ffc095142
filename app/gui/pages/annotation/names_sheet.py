"""Says which class of the table a label of another program means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QPushButton, QWidget

from app.annotation.classes import ClassTable
from app.gui.sheets.sheet import Sheet
from app.gui.widgets.labels import plain

_AS_IT_IS = "leave as it is"


class NamesSheet(Sheet):
    """A row for each label that the table does not have; `named(dict)`: the class of each that got one."""

    named = Signal(dict)

    def __init__(self, labels: Sequence[str], table: ClassTable, parent: QWidget) -> None:
        super().__init__("Names of classes", parent, 34.0)
        told = plain(
            "These labels are no class of the table and count as nothing. What do they mean? "
            "The answer is kept for all scans, and for quantification and reports too.",
            wraps=False,
        )
        told.setWordWrap(True)
        self.content.addWidget(told)
        form = QFormLayout()
        self.boxes: dict[str, QComboBox] = {}
        for label in labels:
            box = QComboBox()
            box.addItem(_AS_IT_IS, "")
            for each in table.classes:
                box.addItem(each.name, each.name)
            box.setAccessibleName(f"Class of {label}")
            self.boxes[label] = box
            row = plain(label, wraps=False)
            row.setTextFormat(Qt.TextFormat.PlainText)
            form.addRow(row, box)
        self.content.addLayout(form)
        self.use_button = QPushButton("Use these classes")
        self.use_button.clicked.connect(self._use)
        self.buttons.insertWidget(0, self.use_button)

    def _use(self) -> None:
        chosen = {label: box.currentData() for label, box in self.boxes.items() if box.currentData()}
        if chosen:
            self.named.emit(chosen)
        self.close_sheet()

"""Says which class of the table a label of another program means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QPushButton, QWidget

from app.annotation.classes import ClassTable
from app.gui.sheets.sheet import Sheet
from app.gui.widgets.labels import plain

_AS_IT_IS = "leave as it is"
_WORDS = (
    "These labels are no class of the table and count as nothing. What do they mean? "
    "The answer is kept for all scans, and for quantification and reports too."
)


class NamesSheet(Sheet):
    """A row for each label that the table does not have; `named(dict)`: the class of each that got one.

    `labels`: with the class that each means so far, which may then stay none; or the labels alone.
    """

    named = Signal(dict)

    def __init__(
        self,
        labels: Mapping[str, str] | Iterable[str],
        table: ClassTable,
        parent: QWidget,
        *,
        words: str = _WORDS,
        button: str = "Use these classes",
    ) -> None:
        super().__init__("Names of classes", parent, 34.0)
        self._even_none = isinstance(labels, Mapping)
        meant = dict(labels) if isinstance(labels, Mapping) else dict.fromkeys(labels, "")
        told = plain(words, wraps=False)
        told.setWordWrap(True)
        self.content.addWidget(told)
        form = QFormLayout()
        self.boxes: dict[str, QComboBox] = {}
        for label, name in meant.items():
            box = QComboBox()
            box.addItem(_AS_IT_IS, "")
            for each in table.classes:
                box.addItem(each.name, each.name)
            box.setCurrentIndex(max(box.findData(name), 0))
            box.setAccessibleName(f"Class of {label}")
            self.boxes[label] = box
            row = plain(label, wraps=False)
            row.setTextFormat(Qt.TextFormat.PlainText)
            form.addRow(row, box)
        self.content.addLayout(form)
        self.use_button = QPushButton(button)
        self.use_button.setProperty("primary", True)
        self.use_button.clicked.connect(self._use)
        self.buttons.insertWidget(0, self.use_button)

    def _use(self) -> None:
        chosen = {label: box.currentData() for label, box in self.boxes.items() if box.currentData()}
        self.close_sheet()
        if chosen or self._even_none:
            self.named.emit(chosen)

"""The classes of a folder: their names, colours and keys, and what counts as metastasis."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from app.annotation.class_edits import ClassRow, check_unused, edited_table
from app.annotation.classes import METASTATIC, ClassTable, LesionClass
from app.errors import AppError
from app.gui.canvas.choice_box import ChoiceBox
from app.gui.sheets.sheet import Sheet
from app.gui.theme import em
from app.gui.widgets.icon_button import IconButton
from app.gui.widgets.labels import muted, note, plain
from app.gui.widgets.scrolled import Tall
from app.wording import counted

COLOURS = (
    "#d1242f", "#0b7bd6", "#8250df", "#1a7f37", "#bc4c00", "#57606a", "#b08800", "#7d4e00", "#bf3989",
    "#1b7c83", "#e5534b", "#2da44e", "#6e40c9", "#0969da", "#d4a72c", "#a40e26",
)  # fmt: skip
"""To choose from, those of the shipped classes first."""
COUNTS = ((METASTATIC, "metastasis"), (1, "benign, in bone"), (0, "not in bone"))
"""What a class counts as: its level, and how that is called."""
_HEAD = ("", "Name", "Key", "Counts as", "Drawn on", "")
_DIGITS = "1234567890"


class ClassLine:
    """The fields of one class; `was`: its name before, "" for a new one."""

    def __init__(self, was: str, shown: LesionClass | ClassRow, used: int) -> None:
        self.was = was
        self.colour = ChoiceBox()
        self.colour.setAccessibleName(f"Colour of {shown.name}")
        for colour in dict.fromkeys((shown.colour, *COLOURS)):
            self.colour.addItem(_square(colour), "", colour)
        self.colour.setMinimumContentsLength(1)
        self.colour.setMinimumWidth(em(self.colour, 3))
        self.name = QLineEdit(shown.name)
        self.name.setMaxLength(40)
        self.name.setAccessibleName(f"Name of {shown.name or 'the new class'}")
        self.key = ChoiceBox()
        self.key.setAccessibleName(f"Key of {shown.name}")
        self.key.addItem("none", "")
        for key in dict.fromkeys((*_DIGITS, shown.key)):
            if key:
                self.key.addItem(key, key)
        self.key.setCurrentIndex(self.key.findData(shown.key))
        self.counts = ChoiceBox()
        self.counts.setAccessibleName(f"What {shown.name} counts as")
        self.counts.setMinimumContentsLength(12)
        for level, words in COUNTS:
            self.counts.addItem(words, level)
        self.counts.setCurrentIndex(self.counts.findData(shown.three))
        self.drawn = plain(counted(used, "case") if used else "–", "quiet", wraps=False)
        self.delete = IconButton("delete", f"Delete {shown.name}")
        self.widgets: tuple[QWidget, ...] = (
            self.colour, self.name, self.key, self.counts, self.drawn, self.delete,
        )  # fmt: skip

    def row(self) -> ClassRow:
        """The class as it stands here."""
        return ClassRow(
            self.was,
            self.name.text(),
            self.colour.currentData(),
            self.key.currentData(),
            self.counts.currentData(),
        )


class ClassesSheet(Sheet):
    """`kept(ClassTable)`: the folder's classes are to be these. `used`: cases on which each is drawn."""

    kept = Signal(object)

    def __init__(self, table: ClassTable, used: Mapping[str, int], parent: QWidget) -> None:
        super().__init__("Classes of this folder", parent, 44.0)
        self._table, self._used = table, used
        self.content.addWidget(
            muted(
                "They are kept with the folder, for all of its annotators. Under another name a class keeps "
                "its lesions, its number in masks and its code in DICOM."
            )
        )
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, em(self, 0.6), 0)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        for column, words in enumerate(_HEAD):
            self._grid.addWidget(plain(words, "quiet", wraps=False), 0, column)
        self.area = Tall(upright=True)
        self.area.setWidget(inside)
        self.content.addWidget(self.area, 1)
        self.said = note("", "alarm")
        self.said.setWordWrap(True)
        self.said.hide()
        self.content.addWidget(self.said)
        self.lines: list[ClassLine] = []
        for each in table.classes:
            self._add(ClassLine(each.name, each, used.get(each.name, 0)))
        self.add_button = QPushButton("Add a class")
        self.add_button.clicked.connect(self._new)
        self.keep_button = QPushButton("Keep these classes")
        self.keep_button.setProperty("primary", True)
        self.keep_button.clicked.connect(self._keep)
        self.buttons.insertWidget(0, self.add_button)
        self.buttons.insertWidget(2, self.keep_button)

    def _add(self, line: ClassLine) -> None:
        row = self._grid.rowCount()
        for column, widget in enumerate(line.widgets):
            self._grid.addWidget(widget, row, column)
        line.delete.clicked.connect(lambda: self._delete(line))
        self.lines.append(line)

    def _new(self) -> None:
        rows = [line.row() for line in self.lines]
        key = next((digit for digit in _DIGITS if digit not in {row.key for row in rows}), "")
        colours = {row.colour for row in rows}
        colour = next((each for each in COLOURS if each not in colours), COLOURS[0])
        line = ClassLine("", ClassRow("", "", colour, key, METASTATIC - 1), 0)
        self._add(line)
        self._fit()
        line.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(line.name)

    def _delete(self, line: ClassLine) -> None:
        kept = {each.was for each in self.lines if each is not line}
        try:
            check_unused(self._table, kept, self._used)
        except AppError as error:
            self._say(str(error))
            return
        self.lines.remove(line)
        for widget in line.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._say("")

    def _keep(self) -> None:
        try:
            table = edited_table(self._table, [line.row() for line in self.lines], self._used)
        except AppError as error:
            self._say(str(error))
            return
        self.close_sheet()
        self.kept.emit(table)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        """As high as its lines need, where there is room."""
        self._grid.activate()
        self.area.updateGeometry()
        self._place()


def _square(colour: str) -> QIcon:
    picture = QPixmap(14, 14)
    picture.fill(QColor(colour))
    return QIcon(picture)

"""The classes to choose from, each with its colour and key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from app.annotation.classes import ClassTable
from app.gui.theme import em


class ClassBar(QWidget):
    """`chosen(name)`: what the next region is, and the selected one."""

    chosen = Signal(str)

    def __init__(self, table: ClassTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self.buttons = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        rows = (len(table.classes) + 1) // 2
        side = em(self, 0.8)
        for place, each in enumerate(table.classes):
            swatch = QPixmap(side, side)
            swatch.fill(QColor(each.colour))
            button = QPushButton(QIcon(swatch), f"{each.name}   {each.key}".rstrip())
            button.setIconSize(QSize(side, side))
            button.setObjectName(each.name)
            button.setCheckable(True)
            self.buttons.addButton(button, place)
            grid.addWidget(button, place % rows, place // rows)
        self.buttons.idClicked.connect(lambda place: self.chosen.emit(table.classes[place].name))
        self.show_class(table.classes[0].name)

    def show_class(self, name: str) -> None:
        """Press the button of a class."""
        for button in self.buttons.buttons():
            button.setChecked(button.objectName() == name)

    def keyed(self, key: str) -> str:
        """The class with that key, "" when there is none."""
        return next((each.name for each in self.table.classes if each.key == key), "")

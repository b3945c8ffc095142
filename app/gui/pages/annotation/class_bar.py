"""The classes to choose from: a swatch with its key for each beside the films, and their names in a list."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from app.annotation.classes import UNKNOWN, ClassTable, LesionClass
from app.gui.canvas.choice_box import ChoiceBox
from app.gui.theme import em
from app.gui.widgets.labels import tip


class ClassBar(QObject):
    """`chosen(name)`: what the next region is. `buttons` and `box` are placed by whoever shows them.

    The buttons are others once `show_table` was asked.
    """

    chosen = Signal(str)

    def __init__(self, table: ClassTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.table = table
        self._beside = parent
        self.buttons = QButtonGroup(self)
        self.box = ChoiceBox()
        self.box.setAccessibleName("Class of the next region")
        self.box.setToolTip("Class of the next region")
        self.buttons.idClicked.connect(lambda place: self.chosen.emit(self.table.classes[place].name))
        self.box.activated.connect(lambda place: self.chosen.emit(self.table.classes[place].name))
        self.show_table(table)

    def show_table(self, table: ClassTable) -> None:
        """Other classes to choose from; the one that was chosen stays, by its number."""
        number = self.table.of(str(self.box.currentData())).number
        self.table = table
        for button in self.buttons.buttons():
            self.buttons.removeButton(button)
            button.setParent(None)
            button.deleteLater()
        self.box.clear()
        side = em(self._beside, 1.35)
        for place, each in enumerate(table.classes):
            swatch = QIcon(_swatch(each, side, self._beside))
            button = QToolButton()
            button.setIcon(swatch)
            button.setIconSize(QSize(side, side))
            button.setAutoRaise(True)
            button.setObjectName(each.name)
            button.setAccessibleName(each.name)
            button.setToolTip(tip(f"{each.name}   {each.key}".rstrip()))
            button.setCheckable(True)
            self.buttons.addButton(button, place)
            self.box.addItem(swatch, each.name, each.name)
        kept = table.numbered(number)
        self.show_class((table.classes[0] if kept is UNKNOWN else kept).name)

    def show_class(self, name: str) -> None:
        """Press the button of a class."""
        for button in self.buttons.buttons():
            button.setChecked(button.objectName() == name)
        self.box.setCurrentIndex(self.box.findData(name))

    def keyed(self, key: str) -> str:
        """The class with that key, "" when there is none."""
        return next((each.name for each in self.table.classes if each.key == key), "")


def _swatch(each: LesionClass, side: int, beside: QWidget) -> QPixmap:
    """A square in the class's colour with its key on it."""
    picture = QPixmap(2 * side, 2 * side)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(each.colour))
        painter.drawRoundedRect(QRectF(0, 0, side, side), 3, 3)
        font = beside.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("white"))
        painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, each.key)
    return picture

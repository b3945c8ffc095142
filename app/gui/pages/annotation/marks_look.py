"""How marks are shown: with or without numbers, how dense, and which classes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget, QWidgetAction

from app.annotation.classes import ClassTable
from app.gui.theme import em
from app.gui.widgets.labels import plain

_LEAST, _MOST = 20, 100


class MarksLook(QToolButton):
    """A button with a menu; `look_changed(numbers, opacity 0-1, hidden classes)`."""

    look_changed = Signal(bool, float, object)

    def __init__(self, table: ClassTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Show")
        self.setToolTip("Numbers, density of the outlines, and which classes are shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.numbers = menu.addAction("Numbers")
        self.numbers.setCheckable(True)
        self.numbers.setChecked(True)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(_LEAST, _MOST)
        self.opacity.setValue(_MOST)
        self.opacity.setAccessibleName("Density of the outlines")
        self.opacity.setMinimumWidth(em(self, 8))
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.addWidget(plain("Density", wraps=False))
        inside.addWidget(self.opacity, 1)
        slider = QWidgetAction(menu)
        slider.setDefaultWidget(row)
        menu.addAction(slider)
        menu.addSeparator()
        self.classes: dict[str, QAction] = {}
        self.setMenu(menu)
        self.show_table(table)
        self.numbers.toggled.connect(self._say)
        self.opacity.valueChanged.connect(self._say)

    def show_table(self, table: ClassTable) -> None:
        """Other classes, all of them shown."""
        for gone in self.classes.values():
            self.menu().removeAction(gone)
        self.classes = {}
        for each in table.classes:
            shown = self.menu().addAction(each.name)
            shown.setCheckable(True)
            shown.setChecked(True)
            shown.toggled.connect(self._say)
            self.classes[each.name] = shown
        self._say()

    def toggle_numbers(self) -> None:
        """Show the numbers, or no longer."""
        self.numbers.toggle()

    def _say(self) -> None:
        hidden = frozenset(name for name, shown in self.classes.items() if not shown.isChecked())
        some = bool(hidden) or self.opacity.value() < _MOST
        self.setText("Show (not all)" if some else "Show")
        self.look_changed.emit(self.numbers.isChecked(), self.opacity.value() / _MOST, hidden)

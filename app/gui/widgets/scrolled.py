"""A widget as large as there is room for, with scroll bars where there is too little."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolled(QScrollArea):
    """No frame, and no stop of the Tab key; `upright`: it never scrolls sideways."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if upright:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class Tall(Scrolled):
    """Would like to show everything inside it without scrolling."""

    def sizeHint(self) -> QSize:
        """The size of what is inside."""
        inside: QWidget | None = self.widget()  # none until it is set, whatever the stubs say
        return super().sizeHint() if inside is None else inside.sizeHint()


def scrolled(widget: QWidget, *, upright: bool = False) -> Scrolled:
    """The widget in an area that scrolls."""
    area = Scrolled(upright=upright)
    area.setWidget(widget)
    return area

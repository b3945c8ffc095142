"""A small button that is a drawing, in the colours and the size of the text around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.gui.icons import icon
from app.gui.theme import em

_LOOKS = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)


class IconButton(QToolButton):
    """`name`: the drawing; `text`: what it does, shown as a tool tip and told to screen readers."""

    def __init__(self, name: str, text: str, side: float = 1.25, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._side = name, side
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setAutoRaise(True)
        self.dress()

    def dress(self) -> None:
        """Draw the icon anew."""
        side = em(self, self._side)
        self.setIconSize(QSize(side, side))
        self.setIcon(icon(self._name, self.palette(), side))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours, or another size of the text."""
        super().changeEvent(event)
        if event.type() in _LOOKS and hasattr(self, "_side"):
            self.dress()

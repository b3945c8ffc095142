"""Hangs a widget over a pane: it comes and goes without moving anything that lies there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QWidget

from app.gui.theme import em

_WIDEST = 60
"""In heights of a line."""
_SHARE = 0.62
"""Of the width of the pane: what stands in a column at the right stays free."""
_BELOW = 4.5
"""In heights of a line: the levels and the line that speaks below the films stay free."""


class Hanging(QObject):
    """Keeps a widget at the lower left of a pane, as wide as it may be and as high as it needs."""

    def __init__(self, widget: QWidget, pane: QWidget) -> None:
        super().__init__(widget)
        self._widget, self._pane = widget, pane
        widget.setParent(pane)
        for watched in (widget, pane):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pane's size, and what stands on the widget."""
        wanted = QEvent.Type.Resize if watched is self._pane else QEvent.Type.LayoutRequest
        if event.type() == wanted or (watched is self._widget and event.type() == QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        widget, pane, gap = self._widget, self._pane, em(self._widget, 0.5)
        width = min(em(widget, _WIDEST), round(pane.width() * _SHARE))
        layout = widget.layout()
        if layout is None:
            return
        wrapped = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
        widget.resize(width, max(wrapped, layout.totalMinimumSize().height()))
        below = min(em(widget, _BELOW), max(pane.height() - widget.height(), 0))
        widget.move(QPoint(gap, pane.height() - widget.height() - below))
        widget.raise_()

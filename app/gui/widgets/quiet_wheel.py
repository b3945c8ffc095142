"""A wheel that scrolls the page over boxes of numbers and choices, instead of changing them unseen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


def quiet_wheel(widget: QWidget) -> None:
    """Let the wheel change a box only when it has the focus, which a wheel does not give."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(WheelOnlyWithFocus(widget))


class WheelOnlyWithFocus(QObject):
    """Lets the page scroll under the wheel; a number changes only when its box has the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the wheel on to the page."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False

"""A small field for a number from 0 to 100 that may also be empty."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.language import tr


class PercentField(QLineEdit):
    """Takes typed digits; `rated` carries the number after every change by hand, None for an empty field."""

    rated = Signal(object)
    entered = Signal()
    """Enter: the number is complete."""
    left = Signal()
    """Escape: the reader wants the images back."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("—")
        self.setValidator(_Percent(self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setToolTip(tr("{name}: type a number from 0 to 100", name=name))
        self.textEdited.connect(lambda text: self.rated.emit(int(text) if text else None))
        self.ensurePolished()
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("1000") + self.fontMetrics().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def show_rating(self, value: int | None) -> None:
        """Show a number, or an empty field; the cursor stays where the reader is typing."""
        text = "" if value is None else str(value)
        if self.text() != text:
            self.setText(text)


class _Percent(QIntValidator):
    """Whole numbers 0-100; anything else never gets into the field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 100, parent)

    def validate(self, text: str, position: int) -> object:
        fits = not text or (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100)
        return (self.State.Acceptable if fits else self.State.Invalid), text, position

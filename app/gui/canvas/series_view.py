"""A further series on the screen: one slice at a time, scrolled by wheel or keys, with levels of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.gui.canvas import look, overlay
from app.language import tr
from app.scan.stack import Stack

_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}
_LEVEL_STEP = 1.05


@dataclass
class SeriesLook:
    """How a series stands: its slice, from 0, its levels, and which slices were seen."""

    slice: int
    lower: float
    upper: float
    first: int = 0
    last: int = 0


class SeriesView(QWidget):
    """Wheel and arrows scroll, right drag and the keys of the levels change the levels; high is bright.

    `touched`: the reader did something here.
    """

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack: Stack | None = None
        self.shown = SeriesLook(0, 0.0, 1.0)
        self._name = ""
        self._drag: tuple[QPointF, float, float] | None = None
        self._turned = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Further series of the patient"))
        self.setAccessibleDescription(tr("Arrow keys go from slice to slice, Page keys ten at a time."))

    def show_stack(self, name: str, stack: Stack, stands: SeriesLook | None) -> SeriesLook:
        """Show a series as it stood before, or from its middle slice on; gives how it stands from now on."""
        self._name, self._stack = name, stack
        middle = len(stack.slices) // 2
        self.shown = stands or SeriesLook(middle, *stack.first_levels, first=middle, last=middle)
        self.update()
        return self.shown

    def clear(self) -> None:
        """Nothing of a series stays in memory."""
        self._stack, self._drag = None, None
        self.update()

    def scroll_by(self, slices: int) -> None:
        """Go so many slices on, as far as there are any."""
        if self._stack is not None:
            shown = self.shown
            shown.slice = min(max(shown.slice + slices, 0), len(self._stack.slices) - 1)
            shown.first, shown.last = min(shown.first, shown.slice), max(shown.last, shown.slice)
            self.touched.emit()
            self.update()

    def step_upper(self, steps: float) -> None:
        """Make it darker (1) or brighter (-1) by one step of the upper level."""
        shown = self.shown
        self._set(shown.lower, shown.lower + (shown.upper - shown.lower) * _LEVEL_STEP**steps)

    def step_lower(self, steps: float) -> None:
        """Move the lower level by 2 % of what lies between the two."""
        shown = self.shown
        self._set(shown.lower + 0.02 * steps * (shown.upper - shown.lower), shown.upper)

    def reset(self) -> None:
        """The levels that it began with."""
        if self._stack is not None:
            self._set(*self._stack.first_levels)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A slice for each notch; with Ctrl the upper level."""
        turned = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_upper(turned)
        else:
            self._turned -= turned
            whole = int(self._turned)
            self._turned -= whole
            if whole:
                self.scroll_by(whole)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys scroll."""
        slices = _STEPS.get(Qt.Key(event.key()))
        if slices is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.scroll_by(slices)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right button takes hold of the levels."""
        if event.button() is Qt.MouseButton.RightButton:
            self._drag = (event.position(), self.shown.lower, self.shown.upper)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Sideways the width of the levels, up and down their middle."""
        if self._drag is not None:
            start, lower, upper = self._drag
            moved, width = event.position() - start, upper - lower
            wide = width * float(np.exp(moved.x() / 250))
            middle = (lower + upper) / 2 + width * moved.y() / 400
            self._set(middle - wide / 2, middle + wide / 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() is Qt.MouseButton.RightButton:
            self._drag = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The slice as large as the place allows, its name and number above it."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), look.ROOM)
            if self._stack is not None:
                self._paint(painter, self._stack)

    def _paint(self, painter: QPainter, stack: Stack) -> None:
        grey = self._grey(stack)
        rows, cols = grey.shape
        font: QFont = look.letters(self.font(), 1.05)
        above = overlay.names_height(self.font())
        scale = min(self.width() / cols, (self.height() - above) / (rows * stack.tallness))
        width, height = cols * scale, rows * stack.tallness * scale
        place = QRectF((self.width() - width) / 2, above, width, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, QImage(grey.data, cols, rows, cols, QImage.Format.Format_Grayscale8))
        many = len(stack.slices)
        said = f"{self._name}   {self.shown.slice + 1} / {many}" if many > 1 else self._name
        baseline = QPointF(place.left() + overlay.MARGIN, above - overlay.MARGIN)
        look.draw_letters(painter, baseline, said, font, look.LIGHT_INK)

    def _grey(self, stack: Stack) -> np.ndarray:
        shown = self.shown
        part = (stack.slices[shown.slice].astype(np.float32) - shown.lower) / (shown.upper - shown.lower)
        return np.ascontiguousarray((255 * part.clip(0, 1)).astype(np.uint8))

    def _set(self, lower: float, upper: float) -> None:
        self.shown.lower, self.shown.upper = lower, max(upper, lower + 1e-6)
        self.touched.emit()
        self.update()

"""A histogram of counts with a handle for each level."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.canvas import look
from app.language import tr
from app.scan.palettes import palette
from app.scan.window import Histogram, Levels, apply_curve
from app.study.answer import DisplayState

_SIDE = 7.0
_STRIP = 7.0
_BAR = QColor("#6d747e")
_SHOWN = 3.0
"""The axis ends at this many times the first upper level: a full bladder must not squeeze the bones."""


class HistogramBar(QWidget):
    """How many pixels have how many counts; drag a handle, turn the wheel, or use the arrow keys."""

    levels_requested = Signal(float, float)
    upper_steps_requested = Signal(float)
    lower_steps_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._display = DisplayState(0.0, 1.0)
        self._axis = (0.0, 1.0)
        self._first_upper = 1.0
        self._dragged = ""
        self._bars = QImage()
        self._bars_key: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Histogram of counts with upper and lower level"))
        self.setToolTip(
            tr("Drag a handle. Wheel or Left and Right: upper level. Shift with Left and Right: lower level.")
        )

    def show_histogram(self, histogram: Histogram | None, levels: Levels) -> None:
        """Another scan: its histogram and the levels it starts with; None empties the bar."""
        self._histogram = histogram
        self._bars, self._bars_key = QImage(), ()
        self._first_upper = levels.upper
        self._lay_axis()

    def show_display(self, display: DisplayState) -> None:
        """The levels as they are now."""
        self._display = display
        self._lay_axis()

    def place_of(self, counts: float) -> float:
        """Where a number of counts is along the bar, in pixels."""
        low, high = self._axis
        return _SIDE + (counts - low) / (high - low) * (self.width() - 2 * _SIDE)

    def _counts_at(self, place: float) -> float:
        low, high = self._axis
        return low + (place - _SIDE) / max(self.width() - 2 * _SIDE, 1.0) * (high - low)

    def _lay_axis(self) -> None:
        if self._dragged:
            self.update()
            return
        low, high = 0.0, max(self._first_upper, 1e-6)
        if self._histogram is not None:
            edges = self._histogram.edges
            low = float(edges[0])
            high = min(float(edges[-1]), _SHOWN * self._first_upper)
        high = max(high, 1.1 * self._display.upper_level, self._first_upper)
        self._axis = (min(low, self._display.lower_level), high)
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        """Two lines of text high."""
        return QSize(320, round(self.fontMetrics().height() * 2.6))

    def minimumSizeHint(self) -> QSize:
        """Narrower, but no lower."""
        return QSize(160, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer handle; right of both it is the upper one."""
        if event.button() != Qt.MouseButton.LeftButton or self._histogram is None:
            event.ignore()
            return
        x = event.position().x()
        upper, lower = self.place_of(self._display.upper_level), self.place_of(self._display.lower_level)
        self._dragged = "upper" if abs(x - upper) <= abs(x - lower) else "lower"
        self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if self._dragged:
            self._drag(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let the handle go; the axis may follow now."""
        self._dragged = ""
        self._lay_axis()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The upper level, by steps."""
        self.upper_steps_requested.emit(event.angleDelta().y() / 120)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right: upper level; with Shift: lower level."""
        steps = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}.get(Qt.Key(event.key()))
        if steps is None:
            event.ignore()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.lower_steps_requested.emit(steps)
        else:
            self.upper_steps_requested.emit(steps)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The focus is drawn."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The focus is drawn."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Bars on a logarithmic height, the grey of every count below, two handles."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), look.ROOM)
            if self._histogram is None:
                return
            self._paint_bars(painter, self._histogram)
            self._paint_strip(painter)
            for counts in (self._display.lower_level, self._display.upper_level):
                self._paint_handle(painter, self.place_of(counts))
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(look.pen(look.ACCENT, 2))
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _drag(self, x: float) -> None:
        counts = self._counts_at(x)
        low, high = self._display.lower_level, self._display.upper_level
        span = (self._axis[1] - self._axis[0]) / 200
        if self._dragged == "upper":
            self.levels_requested.emit(low, max(counts, low + span))
        else:
            self.levels_requested.emit(min(max(counts, self._axis[0]), high - span), high)

    def _paint_bars(self, painter: QPainter, histogram: Histogram) -> None:
        ratio = self.devicePixelRatioF()
        size = round((self.width() - 2 * _SIDE) * ratio), round((self.height() - _STRIP - 2) * ratio)
        key = (histogram, self._axis, size)
        if key != self._bars_key:
            self._bars, self._bars_key = _bars(histogram, self._axis, max(size[0], 1), max(size[1], 1)), key
            self._bars.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(_SIDE, 0), self._bars)

    def _paint_strip(self, painter: QPainter) -> None:
        display, columns = self._display, max(int(self.width() - 2 * _SIDE), 1)
        counts = np.linspace(*self._axis, columns, dtype=np.float32)
        span = max(display.upper_level - display.lower_level, 1e-9)
        share = np.clip((counts - display.lower_level) / span, 0, 1).astype(np.float32)
        colours = palette(display.palette)[:: -1 if display.inverted else 1]
        row = np.ascontiguousarray(colours[np.rint(apply_curve(share, display.curve) * 255).astype(np.uint8)])
        strip = QImage(row.data, columns, 1, 3 * columns, QImage.Format.Format_RGB888)
        painter.drawImage(QRectF(_SIDE, self.height() - _STRIP, columns, _STRIP), strip)

    def _paint_handle(self, painter: QPainter, place: float) -> None:
        foot = self.height() - _STRIP
        painter.setPen(look.pen(look.LIGHT_INK, 1.5))
        painter.drawLine(QPointF(place, 6), QPointF(place, foot))
        painter.setPen(look.pen(look.LIGHT_INK, 1))
        painter.setBrush(look.ACCENT)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(place - 6, 1),
                    QPointF(place + 6, 1),
                    QPointF(place + 6, 8),
                    QPointF(place, 14),
                    QPointF(place - 6, 8),
                ]
            )
        )


def _bars(histogram: Histogram, axis: tuple[float, float], columns: int, rows: int) -> QImage:
    """The bars on a logarithmic height; a picture is made faster than an outline of so many corners."""
    places = np.linspace(*axis, columns + 1)
    # spread evenly inside each bin, so that bins wider or narrower than a column leave no comb
    up_to = np.interp(places, histogram.edges, np.concatenate([[0], np.cumsum(histogram.number)]))
    number = np.diff(up_to)
    number[places[1:] <= 0.5] = 0  # the air around the body would dwarf everything
    tallness = np.log1p(number)
    tall = tallness / max(float(tallness.max()), 1e-9) * (rows - 4)
    covered = np.clip(tall - np.arange(rows)[::-1, None], 0, 1)  # of each pixel, from the floor upwards
    grey = np.zeros((rows, columns), np.uint32)
    for part, shift in ((_BAR.red(), 16), (_BAR.green(), 8), (_BAR.blue(), 0)):
        grey |= np.rint(part * covered).astype(np.uint32) << shift
    grey |= np.rint(255 * covered).astype(np.uint32) << 24
    return QImage(grey.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()

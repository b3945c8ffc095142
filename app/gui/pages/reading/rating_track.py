"""The line of the probability scale: it has no handle until the reader touches it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import for_later, tr

ANCHORS: tuple[tuple[int, str], ...] = (
    (0, for_later("definitely not")),
    (20, for_later("probably not")),
    (40, for_later("possibly not")),
    (50, for_later("undecided")),
    (60, for_later("possibly")),
    (80, for_later("probably")),
    (100, for_later("definitely")),
)
"""Anchor words of the 101-point scale (Rockette & Gur 2008); the even ones stand below the line."""

_MAXIMUM = 100


class RatingTrack(QWidget):
    """A line from 0 to 100 with seven anchor words, worked by mouse and arrow keys.

    `rated` carries a value that the reader settled on, `dragged` one that still moves under the mouse;
    `show_rating` only shows. Without a value there is no handle, so that no place on the line is suggested.
    """

    rated = Signal(int)
    dragged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self.value: int | None = None
        self._settled: int | None = None
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Probability of metastasis"))
        self.setAccessibleDescription(
            tr("No value yet. Click the line, use the arrow keys or type a number.")
        )

    def show_rating(self, value: int | None) -> None:
        """Put the handle at the rating, or take it away."""
        self._settled = value
        self._move_handle(value)

    def _move_handle(self, value: int | None) -> None:
        self.value = value
        self.setAccessibleDescription(
            tr("No value yet.") if value is None else tr("{value} of 100", value=value)
        )
        self.update()

    def sizeHint(self) -> QSize:
        line = self._line
        return QSize(line * 20, round(line * (6.9 if _two_lines(self.words()) else 4.9)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None
        self.updateGeometry()  # two lines of words need more height

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._picture = None

    def minimumSizeHint(self) -> QSize:
        return QSize(self._line * 10, self.sizeHint().height())

    @property
    def _line(self) -> int:
        """Height of a line; letters that the font lacks may come from one with taller lines."""
        metrics = self.fontMetrics()
        return max(metrics.height(), *(metrics.size(0, tr(text)).height() for _, text in ANCHORS))

    @property
    def _margin(self) -> float:
        return self.fontMetrics().height() * 0.6

    def _x(self, value: float) -> float:
        return self._margin + (self.width() - 2 * self._margin) * value / _MAXIMUM

    def _value_at(self, x: float) -> int:
        span = max(1.0, self.width() - 2 * self._margin)
        return min(_MAXIMUM, max(0, round((x - self._margin) / span * _MAXIMUM)))

    def _word_box(self, value: int, text: str) -> tuple[float, float]:
        """Left and right edge of an anchor word, kept inside the widget."""
        width = max(self.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
        left = min(max(0.0, self._x(value) - width / 2), self.width() - width)
        return left, left + width

    def words(self) -> tuple[tuple[int, str], ...]:
        """The anchor words as they fit: in one line, in two, or only those of the ends and the middle."""
        whole = tuple((value, tr(text)) for value, text in ANCHORS)
        broken = tuple((value, text.replace(" ", "\n")) for value, text in whole)
        few = tuple((value, text if value in (0, 50, 100) else "") for value, text in broken)
        return next((words for words in (whole, broken) if self._fit(words)), few)

    def _fit(self, words: tuple[tuple[int, str], ...]) -> bool:
        gap = self.fontMetrics().horizontalAdvance(" ")
        return all(
            left[1] + gap <= right[0]
            for row in (words[0::2], words[1::2])
            for left, right in pairwise([self._word_box(value, text) for value, text in row])
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._paint_scale()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.value is not None:
                self._paint_handle(painter)
            elif self._hovered or self.hasFocus():
                painter.setPen(
                    QPen(self.palette().color(QPalette.ColorRole.Highlight), 1, Qt.PenStyle.DotLine)
                )
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _middle(self) -> float:
        return round(self._line * (_two_lines(self.words()) + 2.3))

    def _paint_scale(self) -> QPixmap:
        """The line with its ticks and words; it only changes with the size and the colours."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        line, middle = self._line, self._middle()
        text = self.palette().color(QPalette.ColorRole.WindowText)
        quiet = QColor(text)
        quiet.setAlphaF(0.72)
        with QPainter(picture) as painter:
            painter.setFont(self.font())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_stroke(quiet, max(2.0, line / 7)))
            painter.drawLine(QPointF(self._x(0), middle), QPointF(self._x(_MAXIMUM), middle))
            painter.setPen(QPen(quiet, 1))
            for value in range(0, _MAXIMUM + 1, 10):
                height = line * (0.32 if any(value == anchor for anchor, _ in ANCHORS) else 0.18)
                x = self._x(value)
                painter.drawLine(QPointF(x, middle - height), QPointF(x, middle + height))
            self._paint_words(painter, middle, text, quiet)
        return picture

    def _paint_words(self, painter: QPainter, middle: float, text: QColor, quiet: QColor) -> None:
        line = self._line
        for index, (value, word) in enumerate(self.words()):
            lines = word.count("\n") + 1
            below = index % 2 == 0
            number_top = round(middle + line * 0.4) if below else round(middle - line * 1.4)
            word_top = number_top + line if below else number_top - line * lines
            painter.setPen(text)
            number = QRect(round(self._x(value)) - line * 2, number_top, line * 4, line)
            painter.drawText(
                number.translated(self._number_shift(value), 0), Qt.AlignmentFlag.AlignCenter, str(value)
            )
            painter.setPen(quiet)
            left, right = self._word_box(value, word)
            box = QRect(round(left), word_top, round(right - left) + 2, line * lines)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, word)

    def _number_shift(self, value: int) -> int:
        """How far the outermost numbers move inwards to stay inside the widget."""
        half = self.fontMetrics().horizontalAdvance(str(value)) // 2 + 1
        left = max(0, half - round(self._x(value)))
        return left + min(0, self.width() - half - round(self._x(value)))

    def _paint_handle(self, painter: QPainter) -> None:
        assert self.value is not None
        line, middle, palette = self._line, self._middle(), self.palette()
        accent = palette.color(QPalette.ColorRole.Highlight)
        centre = QPointF(self._x(self.value), middle)
        painter.setPen(_stroke(accent, max(3.0, line / 5)))
        painter.drawLine(QPointF(self._x(0), middle), centre)
        ring = palette.color(QPalette.ColorRole.WindowText if self.hasFocus() else QPalette.ColorRole.Window)
        painter.setPen(QPen(ring, 2))
        painter.setBrush(accent)
        painter.drawEllipse(centre, line * 0.45, line * 0.45)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._settle(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_handle(self._value_at(event.position().x()))
            self.dragged.emit(self.value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._settle(self._value_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
        }
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: _MAXIMUM}
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in ends:
            self._settle(ends[key])
        elif key in steps:
            # The first arrow only brings the handle, to the middle: neither side is nearer.
            self._settle(50 if self.value is None else min(_MAXIMUM, max(0, self.value + steps[key])))
        else:
            super().keyPressEvent(event)

    def _settle(self, value: int) -> None:
        self._move_handle(value)
        if value != self._settled:
            self._settled = value
            self.rated.emit(value)

    def enterEvent(self, _event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _two_lines(words: tuple[tuple[int, str], ...]) -> bool:
    return any("\n" in word for _, word in words)


def _stroke(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)

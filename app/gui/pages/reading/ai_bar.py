"""The AI's probability as a bar from 0 to 1, with its threshold marked on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import em
from app.language import tr


class AiBar(QWidget):
    """Nothing to click; the numbers stand in words above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probability: float | None = None
        self._threshold = 0.5
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_result(self, probability: float | None, threshold: float = 0.5) -> None:
        """Fill the bar up to the probability; None empties it."""
        self._probability, self._threshold = probability, threshold
        said = tr(
            "AI: probability {probability}, threshold {threshold}",
            probability=f"{probability or 0:.2f}",
            threshold=f"{threshold:.2f}",
        )
        self.setAccessibleName("" if probability is None else said)
        self.update()

    def sizeHint(self) -> QSize:
        """A bar, and the threshold's number below it."""
        return QSize(em(self, 8), em(self, 0.7) + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Readable also where the answer is narrow."""
        return QSize(em(self, 5), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track, filling, mark, and 0, threshold and 1 below."""
        palette, height = self.palette(), em(self, 0.6)
        track = QRectF(0.5, 0.5, self.width() - 1, height)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(palette.color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(track, 3, 3)
            if self._probability is None:
                return
            filled = QRectF(track)
            filled.setWidth(max(track.width() * self._probability, 2.0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(filled, 3, 3)
            at = track.left() + track.width() * self._threshold
            painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), 2))
            painter.drawLine(QPointF(at, 0), QPointF(at, height + 5))
            self._write(painter, at, height)

    def _write(self, painter: QPainter, at: float, height: float) -> None:
        metrics = self.fontMetrics()
        baseline = height + 3 + metrics.ascent()
        said = tr("threshold {value}", value=f"{self._threshold:.2f}")
        width = metrics.horizontalAdvance(said)
        left = min(max(at - width / 2, 0.0), self.width() - width)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QPointF(left, baseline), said)
        gap, one = metrics.horizontalAdvance("  "), metrics.horizontalAdvance("1")
        if left > one + gap:
            painter.drawText(QPointF(0, baseline), "0")
        if left + width < self.width() - one - gap:
            painter.drawText(QPointF(self.width() - one, baseline), "1")

"""How far a visit is: "12 / 134" and a bar, painted by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.theme import em
from app.language import tr

_BAR = 10
"""Width of the bar in line heights."""


class VisitProgress(QWidget):
    """A number and a bar that change without laying anything out anew.

    A label and a `QProgressBar` would: every new number asks the whole window for its layout, and every new
    value of the bar paints at once, in the middle of the step from one case to the next.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done, self._total = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Progress"))

    def text(self) -> str:
        """What stands before the bar."""
        return f"{self._done} / {self._total}"

    def show_progress(self, done: int, total: int) -> None:
        """So many of so many."""
        wider = len(str(total)) != len(str(self._total))
        self._done, self._total = done, total
        self.setAccessibleDescription(tr("{done} of {total}", done=done, total=total))
        if wider:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._words() + em(self, _BAR + 0.6), em(self, 1.2))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._words() + em(self, 2.6), em(self, 1.2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        height, left = em(self, 0.6), self._words() + em(self, 0.6)
        bar = QRectF(left, (self.height() - height) / 2, self.width() - left, height)
        bar.adjust(0.5, 0.5, -0.5, -0.5)
        read = QRectF(bar)
        read.setWidth(bar.width() * min(self._done / max(self._total, 1), 1.0))
        colour = self.palette().color
        with QPainter(self) as painter:
            painter.setPen(colour(QPalette.ColorRole.WindowText))
            words = self.rect().adjusted(0, 0, self._words() - self.width(), 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(read, 2, 2)
            painter.setPen(colour(QPalette.ColorRole.PlaceholderText))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar, 2, 2)

    def _words(self) -> int:
        return self.fontMetrics().horizontalAdvance(f"{self._total} / {self._total}")

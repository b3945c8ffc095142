"""A box to tick whose words go on in the next line where the column is narrow or the text is large."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QWidget


class WrappedBox(QCheckBox):
    """As wide as its words where there is room, and never wider than the column."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._words = words
        self.setAccessibleName(words)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """All words in one line."""
        return QSize(self._beside() + self._length(self._words), self._height(1))

    def minimumSizeHint(self) -> QSize:
        """The longest word alone."""
        return QSize(self._beside() + max(map(self._length, self._words.split())), self._height(1))

    def heightForWidth(self, width: int) -> int:
        """The height of all lines in this width."""
        return self._height(len(self._lines(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        text = "\n".join(self._lines(self.width()))
        if text != self.text():
            self.setText(text)

    def _lines(self, width: int) -> list[str]:
        lines: list[str] = []
        for word in self._words.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._beside() + self._length(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _length(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 1

    def _beside(self) -> int:
        """What the box itself and the gap to the words take."""
        metrics = (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_CheckBoxLabelSpacing)
        return sum(self.style().pixelMetric(each, None, self) for each in metrics) + 4

    def _height(self, lines: int) -> int:
        box = self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorHeight, None, self)
        return max(box, lines * self.fontMetrics().lineSpacing()) + 4

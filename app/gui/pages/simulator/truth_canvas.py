"""Films with the true findings over them: metastases in solid red, everything benign dashed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.annotation.classes import METASTASIS, class_table
from app.annotation.region import Region
from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.gui.canvas.scan_canvas import ScanCanvas


class TruthCanvas(ScanCanvas):
    """A canvas for looking; nothing can be drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.set_read_only(True)
        self._truth: tuple[Region, ...] = ()
        self._hidden = False

    @property
    def truth(self) -> tuple[Region, ...]:
        """The findings over the films."""
        return self._truth

    def show_truth(self, truth: tuple[Region, ...]) -> None:
        """Draw these findings, or none."""
        self._truth = truth
        self.update()

    def hide_marks(self, hidden: bool) -> None:
        """Look at the films without the truth for a while."""
        self._hidden = hidden
        super().hide_marks(hidden)

    def paint_above(self, painter: QPainter) -> None:
        """The findings, over everything that the films show."""
        super().paint_above(painter)
        if self._hidden:
            return
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        for panel in self.panels:
            if panel.film is not None:
                painter.setClipRect(QRectF(panel.rect))
                for region in self._truth:
                    if region.view is panel.name:
                        _draw(painter, panel, region)
        painter.restore()


def _draw(painter: QPainter, panel: Panel, region: Region) -> None:
    outline = QPolygonF([panel.to_screen(x, y) for x, y in region.vertices])
    pen = look.pen(QColor(class_table().of(region.label).colour), 1.6)
    if region.label != METASTASIS:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawPolygon(outline)


def legend(truth: tuple[Region, ...]) -> str:
    """The classes that are drawn, each with its colour, as rich text."""
    table = class_table()
    shown = sorted({region.label for region in truth}, key=lambda label: table.of(label).number)
    signs = (("▬" if label == METASTASIS else "▪▪▪", label) for label in shown)  # a thin dash is not seen
    return " &nbsp; ".join(
        f'<span style="color:{table.of(label).colour}">{sign}</span> {label}' for sign, label in signs
    )

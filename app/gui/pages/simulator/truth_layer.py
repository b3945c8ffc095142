"""The true findings over the films: metastases in solid red, everything benign dashed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPolygonF

from app.annotation.classes import METASTASIS, class_table
from app.annotation.region import Region
from app.gui.canvas import look
from app.gui.canvas.panel import Panel


class TruthLayer:
    """What is drawn of the truth; `regions` are the findings, or none."""

    def __init__(self) -> None:
        self.regions: tuple[Region, ...] = ()

    def paint(self, painter: QPainter, panels: Sequence[Panel], _font: QFont) -> None:
        """The findings, over everything that the films show."""
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        for panel in panels:
            if panel.film is not None:
                painter.setClipRect(QRectF(panel.rect))
                for region in self.regions:
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

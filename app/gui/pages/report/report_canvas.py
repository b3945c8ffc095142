"""Films with the reported lesions over them, each by the name that text and tables call it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from app.annotation.classes import METASTASIS, class_table
from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.gui.canvas.scan_canvas import ScanCanvas
from app.report.bone_scan.facts import ReportFacts
from app.report.bone_scan.pictures import Outline, outlines_on

_POINT = 7.0


class ReportCanvas(ScanCanvas):
    """A canvas for looking; nothing can be drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.set_read_only(True)
        self._facts: ReportFacts | None = None
        self._without = False

    def show_lesions(self, facts: ReportFacts | None) -> None:
        """Draw the lesions of these facts, or none."""
        self._facts = facts
        self.update()

    def hide_marks(self, hidden: bool) -> None:
        """Look at the films without outlines for a while."""
        self._without = hidden
        super().hide_marks(hidden)

    def paint_above(self, painter: QPainter) -> None:
        """Outlines and names, over everything that the films show."""
        super().paint_above(painter)
        if self._facts is None or self._without:
            return
        ink = QColor(class_table().of(METASTASIS).colour)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        for panel in self.panels:
            if panel.film is not None:
                painter.setClipRect(QRectF(panel.rect))
                for outline in outlines_on(self._facts, panel.name.value):
                    self._draw(painter, panel, outline, ink)
        painter.restore()

    def _draw(self, painter: QPainter, panel: Panel, outline: Outline, ink: QColor) -> None:
        corner = QPointF(-1e9, 1e9)
        for line in outline.lines:
            points = [panel.to_screen(x, y) for x, y in line]
            for pen in (look.pen(look.HALO, 3.5), look.pen(ink, 1.6)):
                painter.setPen(pen)
                if len(points) == 1:
                    painter.drawEllipse(points[0], _POINT, _POINT)
                else:
                    painter.drawPolygon(QPolygonF(points))
            corner = QPointF(
                max(corner.x(), *(point.x() for point in points)),
                min(corner.y(), *(point.y() for point in points)),
            )
        font = look.letters(self.font(), 0.85)
        place = QPointF(corner.x() + 2, corner.y() + QFontMetricsF(font).ascent() / 2)
        look.draw_letters(painter, place, outline.name, font, ink)

"""The reported lesions over the films, each by the name that text and tables call it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF

from app.annotation.classes import METASTASIS, class_table
from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.report.bone_scan.facts import ReportFacts
from app.report.bone_scan.pictures import Outline, outlines_on

_POINT = 7.0


class LesionLayer:
    """What is drawn of the lesions of `facts`, or nothing."""

    def __init__(self) -> None:
        self.facts: ReportFacts | None = None

    def paint(self, painter: QPainter, panels: Sequence[Panel], font: QFont) -> None:
        """Outlines and names, over everything that the films show."""
        if self.facts is None:
            return
        ink = QColor(class_table().of(METASTASIS).colour)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        for panel in panels:
            if panel.film is not None:
                painter.setClipRect(QRectF(panel.rect))
                outlines = outlines_on(self.facts, panel.name.value)
                boxes = [_draw_lines(painter, panel, outline, ink) for outline in outlines]
                _draw_names(painter, outlines, boxes, ink, look.letters(font, 0.8))
        painter.restore()


def _draw_names(
    painter: QPainter, outlines: tuple[Outline, ...], boxes: list[QRectF], ink: QColor, font: QFont
) -> None:
    """Each name beside its outline, on the side where it covers no other name."""
    metrics = QFontMetricsF(font)
    taken: list[QRectF] = []
    for outline, box in zip(outlines, boxes, strict=True):
        size = QSizeF(metrics.horizontalAdvance(outline.name), metrics.ascent())
        corners = (
            QPointF(box.right() + 2, box.center().y() - size.height() / 2),
            QPointF(box.left() - size.width() - 2, box.center().y() - size.height() / 2),
            QPointF(box.center().x() - size.width() / 2, box.top() - size.height() - 2),
            QPointF(box.center().x() - size.width() / 2, box.bottom() + 2),
            QPointF(box.right() + 2, box.top() - size.height()),
            QPointF(box.left() - size.width() - 2, box.bottom()),
        )
        places = [QRectF(corner, size) for corner in corners]
        free = [place for place in places if not any(place.intersects(other) for other in taken)]
        place = (free or places)[0]
        taken.append(place)
        baseline = QPointF(place.left(), place.top() + metrics.ascent())
        look.draw_letters(painter, baseline, outline.name, font, ink)


def _draw_lines(painter: QPainter, panel: Panel, outline: Outline, ink: QColor) -> QRectF:
    """Draw an outline; its box on the screen."""
    box = QRectF()
    for line in outline.lines:
        points = [panel.to_screen(x, y) for x, y in line]
        for pen in (look.pen(look.HALO, 3.5), look.pen(ink, 1.6)):
            painter.setPen(pen)
            if len(points) == 1:
                painter.drawEllipse(points[0], _POINT, _POINT)
            else:
                painter.drawPolygon(QPolygonF(points))
        room = QRectF(-_POINT, -_POINT, 2 * _POINT, 2 * _POINT)
        here = room.translated(points[0]) if len(points) == 1 else QPolygonF(points).boundingRect()
        box = box.united(here)
    return box

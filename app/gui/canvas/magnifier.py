"""A round magnifying glass over one film."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath

from app.gui.canvas import look, overlay
from app.gui.canvas.panel import Panel

_RADIUS = 90.0
_POWER = 3.0


def draw_magnifier(painter: QPainter, panel: Panel, position: QPointF, smooth: bool) -> None:
    """What lies under `position` of the widget, three times as large."""
    if panel.film is None:
        return
    film = panel.film_rect
    larger = QRectF(
        position.x() - (position.x() - film.left()) * _POWER,
        position.y() - (position.y() - film.top()) * _POWER,
        film.width() * _POWER,
        film.height() * _POWER,
    )
    glass = QPainterPath()
    glass.addEllipse(position, _RADIUS, _RADIUS)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.fillPath(glass, look.ROOM)
    painter.setClipPath(glass)
    painter.drawImage(larger, panel.film.image)
    painter.setClipping(False)
    overlay.draw_cross_at(painter, position)
    painter.strokePath(glass, look.pen(look.ACCENT, 2))
    painter.restore()

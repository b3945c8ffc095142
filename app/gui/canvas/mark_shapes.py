"""How one mark looks on a film: an outline, a point, one that is half drawn, one of somebody else."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from app.annotation.region import Region, RegionSource
from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.gui.canvas.tools.tool import Sketch

RING = 7.0
"""Screen pixels from a point to the ring around it."""
_PROPOSED = (2.0, 1.5)
"""Dashes and gaps of a proposal, in widths of the line: short, since foci are small."""
_HANDLE_ROOM = 9.0
"""Screen pixels of outline that each handle needs."""
_outlines: WeakKeyDictionary[Region, QPolygonF] = WeakKeyDictionary()


def draw_sketch(painter: QPainter, panel: Panel, sketch: Sketch) -> None:
    """The outline under way: solid so far, dashed to the pointer and back to the start."""
    if sketch.view is not panel.name:
        return
    so_far = [panel.to_screen(x, y) for x, y in sketch.vertices]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sketch.closed:
        for stroke in (look.pen(look.HALO, 4.5), look.pen(look.ACCENT, 2)):
            painter.setPen(stroke)
            painter.drawPolygon(so_far)
        return
    open_line = so_far if sketch.towards is None else [*so_far, panel.to_screen(*sketch.towards)]
    painter.setPen(look.pen(look.HALO, 4.5))
    painter.drawPolyline(open_line)
    if sketch.line:
        painter.setPen(look.pen(look.WARNING, 2))
        painter.drawPolyline(open_line)
        return
    solid, dashed = look.pen(look.ACCENT, 2), look.pen(look.ACCENT, 1.5)
    dashed.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(solid)
    painter.drawPolyline(so_far)
    painter.setPen(dashed)
    if len(open_line) > len(so_far):
        painter.drawLine(so_far[-1], open_line[-1])
    if len(open_line) >= 3:
        painter.drawLine(open_line[-1], so_far[0])
    for place, vertex in enumerate(so_far if sketch.handles else so_far[:1]):
        _draw_handle(painter, vertex, 4.5 if place == 0 else 3.0)


def draw_underlay(painter: QPainter, panel: Panel, region: Region, ink: QColor) -> None:
    """Somebody else's region: a thin dashed line, a small ring for a point."""
    stroke = look.pen(ink, 1.5)
    stroke.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if region.is_point:
        painter.drawEllipse(panel.to_screen(*region.vertices[0]), RING - 2, RING - 2)
    else:
        painter.drawPolygon(to_screen_transform(panel).map(outline_of(region)))


def draw_region(
    painter: QPainter,
    panel: Panel,
    region: Region,
    ink: QColor,
    selected: bool = False,
    brisk: bool = False,
    handles: bool = False,
) -> None:
    """A region's outline, or its ring, in its class's colour; `brisk`: with a plainer halo."""
    if region.is_point:
        draw_point(painter, panel.to_screen(*region.vertices[0]), ink, selected)
    else:
        outline = to_screen_transform(panel).map(outline_of(region))
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not brisk)
        painter.setPen(look.pen(look.HALO, 5 if selected else 4))
        painter.drawPolygon(outline)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = look.pen(ink, 2.5 if selected else 1.75)
        if region.source is RegionSource.AI:  # nobody has accepted it yet
            line.setDashPattern(_PROPOSED)
        painter.setPen(line)
        painter.drawPolygon(outline)
        if handles and _roomy(outline):
            for x, y in region.vertices:
                _draw_handle(painter, panel.to_screen(x, y), 3.5)


def _roomy(outline: QPolygonF) -> bool:
    """Whether there is room for handles: those of a dense outline would cover the lesion."""
    bounds = outline.boundingRect()
    return (bounds.width() + bounds.height()) * 2 >= _HANDLE_ROOM * outline.size()


def draw_point(painter: QPainter, at: QPointF, ink: QColor, selected: bool) -> None:
    """A ring with a dot; the selected one has a second ring."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (look.pen(look.HALO, 5), look.pen(ink, 2)):
        painter.setPen(stroke)
        painter.drawEllipse(at, RING, RING)
        if selected:
            painter.drawEllipse(at, 1.7 * RING, 1.7 * RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawEllipse(at, 1.75, 1.75)


def _draw_handle(painter: QPainter, at: QPointF, half: float) -> None:
    painter.setPen(look.pen(look.ACCENT, 1.5))
    painter.setBrush(QColor("white"))
    painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))


def to_screen_transform(panel: Panel) -> QTransform:
    """Image pixels of a panel to the widget."""
    origin = panel.to_screen(0, 0)
    return QTransform(panel.scale[0], 0, 0, panel.scale[1], origin.x(), origin.y())


def outline_of(region: Region) -> QPolygonF:
    """The vertices of a region for the painter, in image pixels; made once."""
    outline = _outlines.get(region)
    if outline is None:
        outline = QPolygonF([QPointF(x, y) for x, y in region.vertices.tolist()])
        _outlines[region] = outline
    return outline

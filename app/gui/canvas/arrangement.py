"""Where the panels of a scan stand: side by side in the middle of the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize

from app.gui.canvas.panel import Panel
from app.gui.canvas.viewpoint import Viewpoint

GAP = 4


def fitting_zoom(panels: Sequence[Panel], room: QSize) -> float:
    """The zoom at which every film is just inside its place."""
    films = [panel for panel in panels if panel.film is not None]
    widest = _widest(panels, room)
    return min((panel.fitting_zoom(widest, room.height()) for panel in films), default=1.0)


def place(panels: Sequence[Panel], room: QSize, zoom: float) -> None:
    """Give each panel the width of its film at this zoom, up to its share of the room."""
    widest = _widest(panels, room)
    films = [panel.size[0] for panel in panels if panel.film is not None]
    widths = [
        min(widest, math.ceil((panel.size[0] if panel.film else max(films, default=1)) * zoom) + GAP)
        for panel in panels
    ]
    left = (room.width() - sum(widths) - GAP * (len(widths) - 1)) // 2
    for panel, width in zip(panels, widths, strict=True):
        panel.rect = QRectF(left, 0, width, room.height())
        left += width + GAP


def arrange(panels: Sequence[Panel], room: QSize, viewpoint: Viewpoint) -> Viewpoint:
    """Place the panels and let them look from there; a fitted viewpoint comes back with its zoom."""
    if viewpoint.fitted:
        viewpoint = replace(Viewpoint(), zoom=fitting_zoom(panels, room))
    place(panels, room, viewpoint.zoom)
    for panel in panels:
        panel.look_from(viewpoint)
    return viewpoint


def _widest(panels: Sequence[Panel], room: QSize) -> float:
    """What a panel may take of the width."""
    number = max(len(panels), 1)
    return max(math.floor((room.width() - GAP * (number - 1)) / number), 1)

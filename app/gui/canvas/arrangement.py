"""Where the panels of a scan stand: side by side in the middle of the canvas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize

from app.gui.canvas.panel import Panel
from app.gui.canvas.viewpoint import Viewpoint
from app.scan.body_box import WHOLE, BodyBox

GAP = 4
Edges = tuple[float, float]
"""Pixels that are kept free of the patient above and below, for words."""
NO_EDGES: Edges = (0.0, 0.0)


def fitting_zoom(
    panels: Sequence[Panel], room: QSize, body: BodyBox = WHOLE, edges: Edges = NO_EDGES
) -> float:
    """The zoom at which the patient on every film is just inside its place, between the edges for words.

    Never smaller than whole films would be: where there is no air, words have none either.
    """
    films = [panel for panel in panels if panel.film is not None]
    widest, tall = _widest(panels, room), max(room.height() - sum(edges), 1.0)
    zooms = [
        max(
            panel.fitting_zoom(widest / body.width, tall / body.height),
            panel.fitting_zoom(widest, room.height()),
        )
        for panel in films
    ]
    return min(zooms, default=1.0)


def filling_zoom(panels: Sequence[Panel], room: QSize, body: BodyBox = WHOLE) -> float:
    """The zoom at which the films take the whole width, however little of their height is seen."""
    widest = max((panel.size[0] for panel in panels if panel.film is not None), default=1)
    return max(_widest(panels, room) / (widest * body.width), fitting_zoom(panels, room, body))


def place(panels: Sequence[Panel], room: QSize, zoom: float, body: BodyBox = WHOLE) -> None:
    """Give each panel the width of the patient at this zoom, up to its share of the room."""
    widest = _widest(panels, room)
    films = [panel.size[0] for panel in panels if panel.film is not None]
    widths = [
        min(
            widest,
            math.ceil((panel.size[0] if panel.film else max(films, default=1)) * body.width * zoom) + GAP,
        )
        for panel in panels
    ]
    left = (room.width() - sum(widths) - GAP * (len(widths) - 1)) // 2
    for panel, width in zip(panels, widths, strict=True):
        panel.rect = QRectF(left, 0, width, room.height())
        left += width + GAP


def arrange(
    panels: Sequence[Panel], room: QSize, viewpoint: Viewpoint, body: BodyBox = WHOLE, edges: Edges = NO_EDGES
) -> Viewpoint:
    """Place the panels and let them look from there; a fitted or filling viewpoint comes back with its zoom.

    `body`: the part of the films that needs to be seen.
    """
    if viewpoint.fitted:
        across, down = body.middle
        zoom = fitting_zoom(panels, room, body, edges)
        tall = _tallest(panels) * zoom
        spare = min(max(room.height() - body.height * tall, 0.0) / max(sum(edges), 1.0), 1.0)
        down -= spare * (edges[0] - edges[1]) / (2 * tall)
        viewpoint = replace(viewpoint, zoom=zoom, across=across, down=down)
    if viewpoint.filling:
        viewpoint = _at_the_top(panels, room, viewpoint, body, edges)
    place(panels, room, viewpoint.zoom, body)
    for panel in panels:
        panel.look_from(viewpoint)
    return viewpoint


def _at_the_top(
    panels: Sequence[Panel], room: QSize, viewpoint: Viewpoint, body: BodyBox, edges: Edges
) -> Viewpoint:
    """As near as the width allows; where the films were fitted, from the head on."""
    zoom = filling_zoom(panels, room, body)
    down = viewpoint.down
    if viewpoint.fitted:
        tall = _tallest(panels) * zoom
        down = body.top + min((room.height() / 2 - edges[0]) / tall, (body.height - edges[0] / tall) / 2)
    return replace(viewpoint, zoom=zoom, down=down, fitted=False)


def _tallest(panels: Sequence[Panel]) -> float:
    """Height of the tallest film at zoom 1, in pixels."""
    return max((panel.size[1] * panel.tallness for panel in panels if panel.film is not None), default=1.0)


def _widest(panels: Sequence[Panel], room: QSize) -> float:
    """What a panel may take of the width."""
    number = max(len(panels), 1)
    return max(math.floor((room.width() - GAP * (number - 1)) / number), 1)

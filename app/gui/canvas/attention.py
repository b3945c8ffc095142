"""Where a model looked, drawn over films: a see-through colour that grows with the attention, no outline.

The colours are ColorBrewer's YlOrRd (Brewer 2003), whose lightness falls evenly from pale yellow to dark red;
they are readable over white film and over black bone, and no stretch of them looks like a border. Little
attention is not drawn at all, since a veil over the whole body would hide faint uptake.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from app.gui.canvas import look
from app.gui.canvas.kept_film import FilmPose, KeptFilm
from app.gui.canvas.panel import Panel
from app.language import for_later, tr
from app.scan.scan import ViewName
from app.study.ai_result import Attention

BESIDE_OPACITY = 0.85
"""Of the map on the copies beside the films; over the films themselves the reader chooses."""
LEAST, FULL = 0.10, 0.60
"""Attention that is not drawn at all, and from which on the colour is as dense as it gets."""
LABEL = for_later("model attention")
_COLOURS = ((255, 255, 178), (254, 204, 92), (253, 141, 60), (240, 59, 32), (189, 0, 38))
_MARGIN = 6.0


@cache
def colour_table() -> NDArray[np.uint32]:
    """The 256 colours, uint32 0xAARRGGBB premultiplied, from no attention to most; read-only."""
    at = np.linspace(0.0, 1.0, 256)
    places = np.linspace(0.0, 1.0, len(_COLOURS))
    rgb = np.stack([np.interp(at, places, channel) for channel in np.array(_COLOURS, float).T], axis=1)
    rise = np.clip((at - LEAST) / (FULL - LEAST), 0.0, 1.0)
    cover = rise * rise * (3 - 2 * rise)  # a smooth step: an edge would be taken for a border
    made = np.round(np.column_stack([cover * 255, rgb * cover[:, None]])).astype(np.uint32)
    table: NDArray[np.uint32] = (made[:, 0] << 24 | made[:, 1] << 16 | made[:, 2] << 8 | made[:, 3]).astype(
        np.uint32
    )
    table.setflags(write=False)
    return table


class AttentionMaps:
    """The maps of one scan as pictures: coloured once, scaled once for each place and size."""

    def __init__(self, maps: Mapping[ViewName, Attention], method: str = "") -> None:
        """`maps`: float32 (rows, cols) in the pixels of each view, 0-1."""
        self.method = method
        self._pixels = {view: _coloured(heat) for view, heat in maps.items()}
        self._images = {view: _image(pixels) for view, pixels in self._pixels.items()}
        self._kept: dict[tuple[ViewName, bool], KeptFilm] = {}

    @property
    def views(self) -> frozenset[ViewName]:
        """The views that there are maps of."""
        return frozenset(self._images)

    def paint(self, painter: QPainter, panel: Panel, ratio: float, opacity: float) -> None:
        """Draw a view's map over its film; `ratio`: device pixels for one of the widget."""
        image = self._images.get(panel.name)
        if image is None or opacity <= 0:
            return
        place = panel.film_rect.translated(-panel.rect.topLeft())
        film = (place.left(), place.top(), place.width(), place.height())
        pose = FilmPose(None, film, (panel.rect.width(), panel.rect.height()), ratio, smooth=True)
        kept = self._kept.setdefault((panel.name, panel.attention), KeptFilm())
        painter.save()
        painter.setOpacity(opacity)
        kept.paint(painter, image, panel.rect, pose)
        painter.restore()

    def draw_label(self, painter: QPainter, panel: Panel, base: QFont) -> None:
        """What the colour is, at the foot of the film; on the copies also how it was computed."""
        said = f"{tr(LABEL)} · {self.method}" if panel.attention and self.method else tr(LABEL)
        room = panel.visible_film.adjusted(_MARGIN, 0, -_MARGIN, -_MARGIN)
        font = look.letters(base, 0.9)
        width = QFontMetricsF(font).horizontalAdvance(said)
        if width > room.width() > 0:
            said = tr(LABEL)
            width = QFontMetricsF(font).horizontalAdvance(said)
        if width > room.width() > 0:
            font = look.letters(base, 0.9 * max(room.width() / width, 0.5))
            width = QFontMetricsF(font).horizontalAdvance(said)
        ink = look.DARK_INK if panel.film is None or panel.film.air.lightnessF() > 0.5 else look.LIGHT_INK
        at = QPointF(room.center().x() - width / 2, _baseline(room, panel, font))
        look.draw_letters(painter, at, said, font, ink)


def _baseline(room: QRectF, panel: Panel, font: QFont) -> float:
    """Below the view's name on the films, where warnings stand at the foot; at the foot of the copies."""
    metrics = QFontMetricsF(font)
    if panel.attention:
        return room.bottom() - metrics.descent() - 2
    return room.top() + 2.45 * metrics.height()  # between the name and the skull


def _coloured(heat: Attention) -> NDArray[np.uint32]:
    index = np.round(np.clip(np.nan_to_num(heat), 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(colour_table()[index])


def _image(pixels: NDArray[np.uint32]) -> QImage:
    rows, cols = pixels.shape
    return QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_ARGB32_Premultiplied)

"""Draws marks over a film: finished ones kept as one picture, the selected and the half-drawn one live."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF, QTransform

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.gui.canvas import look
from app.gui.canvas.panel import Panel
from app.gui.canvas.tools.tool import Sketch

_MANY = 150
"""From so many marks on a film on, thin plain lines: a crowd is looked at as a whole, and stays fluent."""
_RING = 7.0
_outlines: WeakKeyDictionary[Region, QPolygonF] = WeakKeyDictionary()


@dataclass
class _Kept:
    key: tuple[object, ...]
    picture: QPixmap
    at: QPointF


@dataclass
class MarksLayer:
    """The marks of one canvas; one kept picture per panel."""

    _kept: dict[tuple[str, bool], _Kept] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop the kept pictures."""
        self._kept.clear()

    def paint(
        self, painter: QPainter, panel: Panel, annotation: Annotation, selected: str, font: QFont
    ) -> None:
        """Draw all marks of a panel's view; the selected one on top, with its vertices."""
        regions = annotation.on(panel.name)
        if not regions:
            return
        others = tuple(region for region in regions if region.uuid != selected)
        numbers = annotation.lesion_numbers
        kept = self._picture(painter, panel, others, numbers, font)
        if kept is not None:
            painter.drawPixmap(kept.at, kept.picture)
        for region in regions:
            if region.uuid == selected:
                _draw_region(painter, panel, region, numbers[region.lesion], font, selected=True)

    def _picture(
        self,
        painter: QPainter,
        panel: Panel,
        regions: tuple[Region, ...],
        numbers: dict[str, int],
        font: QFont,
    ) -> _Kept | None:
        place = (panel.title, panel.dark)
        ratio = painter.device().devicePixelRatioF()
        origin, corner = panel.film_rect.topLeft(), panel.film_rect.bottomRight()
        key: tuple[object, ...] = (
            tuple((region.uuid, id(region), numbers[region.lesion]) for region in regions),
            (origin.x(), origin.y(), corner.x(), corner.y(), panel.rect.getRect(), ratio, font.key()),
        )
        kept = self._kept.get(place)
        if kept is not None and kept.key == key:
            return kept
        bounds = _bounds(panel, regions)
        if bounds.isEmpty():
            return None
        picture = QPixmap(math.ceil(bounds.width() * ratio), math.ceil(bounds.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as onto:
            onto.translate(-bounds.topLeft())
            onto.setRenderHint(QPainter.RenderHint.Antialiasing, len(regions) < _MANY)
            for region in regions:
                _draw_region(onto, panel, region, numbers[region.lesion], font, plain=len(regions) >= _MANY)
        self._kept[place] = kept = _Kept(key, picture, bounds.topLeft())
        return kept


def draw_sketch(painter: QPainter, panel: Panel, sketch: Sketch) -> None:
    """The outline under way: solid so far, dashed to the pointer and back to the start."""
    if sketch.view is not panel.name:
        return
    so_far = [panel.to_screen(x, y) for x, y in sketch.vertices]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    open_line = so_far if sketch.towards is None else [*so_far, panel.to_screen(*sketch.towards)]
    painter.setPen(look.pen(look.HALO, 4.5))
    painter.drawPolyline(open_line)
    solid, dashed = look.pen(look.ACCENT, 2), look.pen(look.ACCENT, 1.5)
    dashed.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(solid)
    painter.drawPolyline(so_far)
    painter.setPen(dashed)
    if len(open_line) > len(so_far):
        painter.drawLine(so_far[-1], open_line[-1])
    if len(open_line) >= 3:
        painter.drawLine(open_line[-1], so_far[0])
    for place, vertex in enumerate(so_far):
        _draw_handle(painter, vertex, 4.5 if place == 0 else 3.0)


def _draw_region(
    painter: QPainter,
    panel: Panel,
    region: Region,
    number: int,
    font: QFont,
    selected: bool = False,
    plain: bool = False,
) -> None:
    if region.is_point:
        _draw_point(painter, panel.to_screen(*region.vertices[0]), selected)
    else:
        outline = to_screen_transform(panel).map(_outline(region))
        if not plain:
            painter.setPen(look.pen(look.HALO, 5 if selected else 4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(outline)
        painter.setPen(look.pen(look.ACCENT, 2.5 if selected else 1 if plain else 1.75))
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a fill would change the greys that are being judged
        painter.drawPolygon(outline)
        if selected:
            for x, y in region.vertices:
                _draw_handle(painter, panel.to_screen(x, y), 3.5)
    if not plain:
        tag = _tag(str(number), font.key(), painter.device().devicePixelRatioF())
        painter.drawPixmap(_tag_place(panel, region, tag.deviceIndependentSize().height()), tag)


def _draw_point(painter: QPainter, at: QPointF, selected: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (look.pen(look.HALO, 5), look.pen(look.ACCENT, 3 if selected else 2)):
        painter.setPen(stroke)
        painter.drawEllipse(at, _RING, _RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.ACCENT)
    painter.drawEllipse(at, 1.75, 1.75)


def _draw_handle(painter: QPainter, at: QPointF, half: float) -> None:
    painter.setPen(look.pen(look.ACCENT, 1.5))
    painter.setBrush(QColor("white"))
    painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))


def to_screen_transform(panel: Panel) -> QTransform:
    """Image pixels of a panel to the widget."""
    origin = panel.to_screen(0, 0)
    return QTransform(panel.scale[0], 0, 0, panel.scale[1], origin.x(), origin.y())


def _outline(region: Region) -> QPolygonF:
    outline = _outlines.get(region)
    if outline is None:
        outline = QPolygonF([QPointF(x, y) for x, y in region.vertices.tolist()])
        _outlines[region] = outline
    return outline


def _tag_place(panel: Panel, region: Region, height: float) -> QPointF:
    most, least = region.vertices.max(axis=0), region.vertices.min(axis=0)
    corner = panel.to_screen(most[0], least[1])
    apart = _RING if region.is_point else 1.0
    return QPointF(round(corner.x() + apart), round(corner.y() - apart - height + 4))


def _bounds(panel: Panel, regions: tuple[Region, ...]) -> QRectF:
    if not regions:
        return QRectF()
    every = np.concatenate([region.vertices for region in regions])
    least, most = every.min(axis=0), every.max(axis=0)
    bounds = QRectF(panel.to_screen(*least), panel.to_screen(*most))
    whole = bounds.adjusted(-40, -40, 60, 40).intersected(panel.rect).toAlignedRect()
    return QRectF(whole)


@lru_cache(maxsize=1024)
def _tag(text: str, font_key: str, ratio: float) -> QPixmap:
    font = QFont()
    font.fromString(font_key)
    font = look.letters(font, 0.85)
    metrics = QFontMetricsF(font)
    width, height = max(metrics.horizontalAdvance(text) + 8, metrics.height()), metrics.height()
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(look.HALO, 1))
        painter.setBrush(look.ACCENT)
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 3, 3)
        painter.setFont(font)
        painter.setPen(look.ON_ACCENT)
        painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    return picture

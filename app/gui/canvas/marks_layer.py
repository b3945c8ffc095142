"""Draws marks over a film: finished ones kept as one picture, the selected and the half-drawn one live."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF, QTransform

from app.annotation.annotation import Annotation
from app.annotation.region import Region, RegionSource
from app.gui.canvas import look
from app.gui.canvas.marks import Marks
from app.gui.canvas.panel import Panel
from app.gui.canvas.tools.tool import Sketch
from app.scan.scan import ViewName

_MANY = 150
"""From so many marks on a film on, thin plain lines: a crowd is looked at as a whole, and stays fluent."""
_MOST_PIXELS = 4_000_000
"""A kept picture up to this size survives panning; a larger one holds only what is on the screen."""
_RING = 7.0
_PROPOSED = (2.0, 1.5)
"""Dashes and gaps of a proposal, in widths of the line: short, since foci are small."""
_HANDLE_ROOM = 9.0
"""Screen pixels of outline that each handle needs."""
_outlines: WeakKeyDictionary[Region, QPolygonF] = WeakKeyDictionary()


_Numbered = tuple[tuple[Region, int], ...]


@dataclass
class _Kept:
    key: tuple[object, ...]
    picture: QPixmap
    at: QPointF


class MarksLayer:
    """The marks of one canvas, and other people's below them; one kept picture per panel."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self.hidden = False
        self._underlay: tuple[tuple[Region, QColor], ...] = ()
        self._kept: dict[str, _Kept] = {}
        self._annotation = Annotation()
        self._selected = ""
        self._inks: Mapping[str, QColor] = {}
        self._resting: dict[ViewName, _Numbered] = {}
        self._lively: dict[ViewName, _Numbered] = {}

    def set_colours(self, colours: Mapping[str, str]) -> None:
        """The colour (#rrggbb) of each class; marks of no such class have the accent's."""
        self._inks = {name: QColor(colour) for name, colour in colours.items()}
        self._drop()

    def set_underlay(self, regions: Iterable[tuple[Region, str]]) -> None:
        """Other people's regions, each with a colour (#rrggbb), as dashed lines that cannot be touched."""
        self._underlay = tuple((region, QColor(colour)) for region, colour in regions)

    def forget(self) -> None:
        """Another scan: drop what was kept or lay below."""
        self._underlay = ()
        self._drop()

    def paint(self, painter: QPainter, panel: Panel, font: QFont, brisk: bool = False) -> None:
        """Draw the marks of a panel's view, the selected lesion on top, and what is half drawn.

        `brisk`: the zoom is changing, so the picture is soon outdated: plainer halos, drawn in half the time.
        """
        if self.hidden:
            return
        for region, ink in self._underlay:
            if region.view is panel.name:
                draw_underlay(painter, panel, region, ink)
        self._paint_marks(painter, panel, font, brisk)
        for sketch in (self._marks.tool.hover, self._marks.tool.sketch):
            if sketch is not None:
                draw_sketch(painter, panel, sketch)

    def _drop(self) -> None:
        self._kept.clear()
        self._sort(Annotation(), "")

    def _paint_marks(self, painter: QPainter, panel: Panel, font: QFont, brisk: bool) -> None:
        annotation, selected = self._marks.shown, self._marks.selected
        if annotation is not self._annotation or selected != self._selected:
            self._sort(annotation, selected)
        kept = self._picture(painter, panel, self._resting.get(panel.name, ()), font, brisk)
        if kept is not None:
            origin = panel.to_screen(0, 0)
            painter.drawPixmap(QPointF(round(origin.x()), round(origin.y())) + kept.at, kept.picture)
        for region, number in self._lively.get(panel.name, ()):
            handles = region.uuid == selected
            _draw_region(
                painter, panel, region, number, font, self._ink(region), selected=True, handles=handles
            )

    def _ink(self, region: Region) -> QColor:
        return self._inks.get(region.label, look.ACCENT)

    def _sort(self, annotation: Annotation, selected: str) -> None:
        self._annotation, self._selected = annotation, selected
        numbers = annotation.lesion_numbers
        lesion = annotation.region(selected).lesion if selected in annotation else ""
        for view in ViewName:
            numbered = [(region, numbers[region.lesion]) for region in annotation.on(view)]
            self._resting[view] = tuple(pair for pair in numbered if pair[0].lesion != lesion)
            self._lively[view] = tuple(pair for pair in numbered if pair[0].lesion == lesion)

    def _picture(
        self, painter: QPainter, panel: Panel, numbered: _Numbered, font: QFont, brisk: bool
    ) -> _Kept | None:
        if not numbered:
            return None
        ratio = painter.device().devicePixelRatioF()
        origin = panel.to_screen(0, 0)
        bounds = _bounds(panel, numbered).translated(-origin)
        crowd = len(numbered) >= _MANY
        key: tuple[object, ...] = (numbered, panel.scale, ratio, font.key(), brisk and not crowd)
        if bounds.width() * bounds.height() * ratio**2 > _MOST_PIXELS:  # only what is on the screen
            bounds = QRectF(bounds.intersected(panel.rect.translated(-origin)).toAlignedRect())
            key = (*key, bounds.getRect(), origin.x(), origin.y())
        kept = self._kept.get(panel.title)
        if kept is not None and kept.key == key:
            return kept
        if bounds.isEmpty():
            return None
        picture = QPixmap(math.ceil(bounds.width() * ratio), math.ceil(bounds.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as onto:
            onto.translate(-bounds.topLeft() - origin)
            if crowd:
                self._draw_crowd(onto, panel, numbered)
            else:
                onto.setRenderHint(QPainter.RenderHint.Antialiasing)
                for region, number in numbered:
                    _draw_region(onto, panel, region, number, font, self._ink(region), brisk=brisk)
        self._kept[panel.title] = kept = _Kept(key, picture, bounds.topLeft())
        return kept

    def _draw_crowd(self, painter: QPainter, panel: Panel, numbered: _Numbered) -> None:
        by_ink: dict[int, list[Region]] = {}
        for region, _number in numbered:
            by_ink.setdefault(self._ink(region).rgb(), []).append(region)
        outlines = to_screen_transform(panel) * painter.transform()
        for ink, regions in by_ink.items():
            for region in regions:
                if region.is_point:
                    _draw_point(painter, panel.to_screen(*region.vertices[0]), QColor(ink), selected=False)
            painter.save()
            painter.setTransform(outlines)
            painter.setPen(look.pen(QColor(ink), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for region in regions:
                if not region.is_point:
                    painter.drawPolygon(_outline(region))
            painter.restore()


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
        painter.drawEllipse(panel.to_screen(*region.vertices[0]), _RING - 2, _RING - 2)
    else:
        painter.drawPolygon(to_screen_transform(panel).map(_outline(region)))


def _draw_region(
    painter: QPainter,
    panel: Panel,
    region: Region,
    number: int,
    font: QFont,
    ink: QColor,
    selected: bool = False,
    brisk: bool = False,
    handles: bool = False,
) -> None:
    if region.is_point:
        _draw_point(painter, panel.to_screen(*region.vertices[0]), ink, selected)
    else:
        outline = to_screen_transform(panel).map(_outline(region))
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
    tag = _tag(str(number), font.key(), ink.rgb(), painter.device().devicePixelRatioF(), selected)
    painter.drawPixmap(_tag_place(panel, region, tag.deviceIndependentSize().height()), tag)


def _roomy(outline: QPolygonF) -> bool:
    """Whether there is room for handles: those of a dense outline would cover the lesion."""
    bounds = outline.boundingRect()
    return (bounds.width() + bounds.height()) * 2 >= _HANDLE_ROOM * outline.size()


def _draw_point(painter: QPainter, at: QPointF, ink: QColor, selected: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (look.pen(look.HALO, 5), look.pen(ink, 2)):
        painter.setPen(stroke)
        painter.drawEllipse(at, _RING, _RING)
        if selected:
            painter.drawEllipse(at, 1.7 * _RING, 1.7 * _RING)
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


def _bounds(panel: Panel, numbered: _Numbered) -> QRectF:
    every = np.concatenate([region.vertices for region, _ in numbered])
    least, most = every.min(axis=0), every.max(axis=0)
    bounds = QRectF(panel.to_screen(*least), panel.to_screen(*most))
    return QRectF(bounds.adjusted(-40, -40, 60, 40).toAlignedRect())


@lru_cache(maxsize=1024)
def _tag(text: str, font_key: str, ink: int, ratio: float, selected: bool) -> QPixmap:
    """The number of a lesion on a plate; the selected one the other way round, and larger."""
    font = QFont()
    font.fromString(font_key)
    font = look.letters(font, 1.05 if selected else 0.85)
    plate, letters = (look.ON_ACCENT, QColor(ink)) if selected else (QColor(ink), look.ON_ACCENT)
    metrics = QFontMetricsF(font)
    width, height = max(metrics.horizontalAdvance(text) + 8, metrics.height()), metrics.height()
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(letters, 2) if selected else look.pen(look.HALO, 1))
        painter.setBrush(plate)
        painter.drawRoundedRect(QRectF(1, 1, width - 2, height - 2), 3, 3)
        painter.setFont(font)
        painter.setPen(letters)
        painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    return picture

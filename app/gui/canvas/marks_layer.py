"""Draws marks over a film: those at rest as one kept picture, the selected lesion and the sketch live."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.annotation.annotation import Annotation
from app.annotation.region import Region
from app.gui.canvas import look
from app.gui.canvas.mark_shapes import (
    RING,
    draw_point,
    draw_region,
    draw_sketch,
    draw_underlay,
    outline_of,
    to_screen_transform,
)
from app.gui.canvas.marks import Marks
from app.gui.canvas.panel import Panel
from app.gui.canvas.tags import Boxes, boxes_at, tag, tag_places, tag_sizes
from app.scan.scan import ViewName

_MANY = 150
"""From so many marks on a film on, thin plain lines without numbers: a crowd is looked at as a whole."""
_MOST_PIXELS = 4_000_000
"""A kept picture up to this size survives panning; a larger one holds only what is on the screen."""

_Numbered = tuple[tuple[Region, int], ...]


@dataclass
class _Kept:
    key: tuple[object, ...]
    picture: QPixmap
    at: QPointF
    taken: Boxes
    """Outlines and numbers in it, from the film's corner."""


class MarksLayer:
    """The marks of one canvas, and other people's below them; one kept picture per panel."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self.hidden = False
        self._numbers_shown = True
        self._opacity = 1.0
        self._hidden_classes: frozenset[str] = frozenset()
        self._remarks: Mapping[str, str] = {}
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

    def set_look(self, numbers: bool, opacity: float, hidden_classes: Iterable[str]) -> None:
        """Whether lesions have their numbers, how dense outlines are (0-1), and classes that are not shown.

        The selected lesion is shown whatever its class.
        """
        self._numbers_shown, self._opacity = numbers, opacity
        self._hidden_classes = frozenset(hidden_classes)
        self._drop()

    def set_remarks(self, remarks: Mapping[str, str]) -> None:
        """A word beside the number of lesions, by their identity."""
        if remarks != self._remarks:
            self._remarks = dict(remarks)
            self._drop()

    def set_underlay(self, regions: Iterable[tuple[Region, str]]) -> None:
        """Other people's regions, each with a colour (#rrggbb), as dashed lines that cannot be touched."""
        self._underlay = tuple((region, QColor(colour)) for region, colour in regions)

    def forget(self) -> None:
        """Another scan: drop what was kept or lay below."""
        self._underlay = ()
        self._remarks = {}
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
        tool = self._marks.tool
        for sketch in (*tool.fences, tool.hover, tool.sketch):
            if sketch is not None:
                draw_sketch(painter, panel, sketch)

    def _drop(self) -> None:
        self._kept.clear()
        self._sort(Annotation(), "")

    def _paint_marks(self, painter: QPainter, panel: Panel, font: QFont, brisk: bool) -> None:
        annotation, selected = self._marks.shown, self._marks.selected
        if annotation is not self._annotation or selected != self._selected:
            self._sort(annotation, selected)
        lively = self._lively.get(panel.name, ())
        painter.setOpacity(self._opacity)
        kept = self._picture(painter, panel, lively, font, brisk)
        if kept is not None:
            origin = panel.to_screen(0, 0)
            painter.drawPixmap(QPointF(round(origin.x()), round(origin.y())) + kept.at, kept.picture)
        for region, _number in lively:
            draw_region(
                painter, panel, region, self._ink(region), selected=True, handles=region.uuid == selected
            )
        taken = kept.taken if kept is not None else boxes_at(())
        self._draw_tags(painter, panel, lively, font, taken, selected=True)
        painter.setOpacity(1.0)

    def _ink(self, region: Region) -> QColor:
        return self._inks.get(region.label, look.ACCENT)

    def _sort(self, annotation: Annotation, selected: str) -> None:
        self._annotation, self._selected = annotation, selected
        numbers = annotation.lesion_numbers
        lesion = annotation.region(selected).lesion if selected in annotation else ""
        for view in ViewName:
            numbered = [(region, numbers[region.lesion]) for region in annotation.on(view)]
            self._lively[view] = tuple(pair for pair in numbered if pair[0].lesion == lesion)
            self._resting[view] = tuple(
                pair
                for pair in numbered
                if pair[0].lesion != lesion and pair[0].label not in self._hidden_classes
            )

    def _picture(
        self, painter: QPainter, panel: Panel, lively: _Numbered, font: QFont, brisk: bool
    ) -> _Kept | None:
        numbered = self._resting.get(panel.name, ())
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
        dragged = self._marks.shown is not self._marks.annotation
        if kept is not None and kept.key[:-1] == key and (dragged or kept.key[-1] == lively):
            return kept
        if bounds.isEmpty():
            return None
        picture = QPixmap(math.ceil(bounds.width() * ratio), math.ceil(bounds.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        outlines = _boxes(panel, numbered)
        taken = outlines
        with QPainter(picture) as onto:
            onto.translate(-bounds.topLeft() - origin)
            if crowd:
                self._draw_crowd(onto, panel, numbered)
            else:
                onto.setRenderHint(QPainter.RenderHint.Antialiasing)
                for region, _number in numbered:
                    draw_region(onto, panel, region, self._ink(region), brisk=brisk)
                taken = self._draw_tags(onto, panel, numbered, font, _boxes(panel, lively))
        self._kept[panel.title] = kept = _Kept((*key, lively), picture, bounds.topLeft(), taken)
        return kept

    def _draw_tags(
        self,
        painter: QPainter,
        panel: Panel,
        numbered: _Numbered,
        font: QFont,
        taken: Boxes,
        selected: bool = False,
    ) -> Boxes:
        """The numbers beside the outlines, off those and off what is taken; both together come back."""
        outlines = _boxes(panel, numbered)
        if not self._numbers_shown or not numbered:
            return np.concatenate([taken, outlines])
        ratio = painter.device().devicePixelRatioF()
        tags = [
            tag(self._words(region, number), font.key(), self._ink(region).rgb(), ratio, selected)
            for region, number in numbered
        ]
        places = tag_places(outlines, tag_sizes(tags), taken)
        origin = panel.to_screen(0, 0)
        drawn = []
        for picture, place in zip(tags, places, strict=True):
            if place is not None:
                at = QPointF(round(origin.x() + place[0]), round(origin.y() + place[1]))
                painter.drawPixmap(at, picture)
                drawn.append(QRectF(QPointF(*place), picture.deviceIndependentSize()))
        return np.concatenate([taken, outlines, boxes_at(drawn)])

    def _words(self, region: Region, number: int) -> str:
        return f"{number} {self._remarks.get(region.lesion, '')}".rstrip()

    def _draw_crowd(self, painter: QPainter, panel: Panel, numbered: _Numbered) -> None:
        by_ink: dict[int, list[Region]] = {}
        for region, _number in numbered:
            by_ink.setdefault(self._ink(region).rgb(), []).append(region)
        outlines = to_screen_transform(panel) * painter.transform()
        for ink, regions in by_ink.items():
            for region in regions:
                if region.is_point:
                    draw_point(painter, panel.to_screen(*region.vertices[0]), QColor(ink), selected=False)
            painter.save()
            painter.setTransform(outlines)
            painter.setPen(look.pen(QColor(ink), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for region in regions:
                if not region.is_point:
                    painter.drawPolygon(outline_of(region))
            painter.restore()


def _boxes(panel: Panel, numbered: _Numbered) -> Boxes:
    """Left, top, right and bottom of regions in screen pixels from the film's corner; float64 (n, 4)."""
    boxes = []
    for region, _number in numbered:
        bounds = outline_of(region).boundingRect()
        (across, down), apart = panel.scale, RING if region.is_point else 1.0
        boxes.append(
            QRectF(
                bounds.left() * across,
                bounds.top() * down,
                bounds.width() * across,
                bounds.height() * down,
            ).adjusted(-apart, -apart, apart, apart)
        )
    return boxes_at(boxes)


def _bounds(panel: Panel, numbered: _Numbered) -> QRectF:
    every = np.concatenate([region.vertices for region, _ in numbered])
    least, most = every.min(axis=0), every.max(axis=0)
    bounds = QRectF(panel.to_screen(*least), panel.to_screen(*most))
    return QRectF(bounds.adjusted(-90, -70, 90, 70).toAlignedRect())

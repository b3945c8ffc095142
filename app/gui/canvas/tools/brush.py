"""Paints lesions, and erases from them, with a round brush."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from app.annotation import painting
from app.annotation.annotation import Annotation
from app.annotation.geometry import region_at
from app.annotation.painting import OtherLesions
from app.annotation.region import Region
from app.errors import AppError
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, Tool, ToolEntry
from app.scan.scan import ViewName

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_LEAST, _GREATEST = 0.75, 40.0
_FIRST_RADIUS = 4.0
_STEP = 1.15


class BrushTool(Tool):
    """A drag adds to the lesion that was chosen, wherever it starts; with Ctrl it takes away from it.

    To a lesion that was only just drawn it adds where it touches it; elsewhere it makes a new one.
    Shift+wheel changes the size. `above`: the share of the highest count under the stroke that a pixel needs
    to be painted, None for all; `others`: what happens where another lesion lies.
    """

    id = "brush"
    erases = False

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.value = _FIRST_RADIUS
        self.above: float | None = None
        self.others = OtherLesions.OVER
        self._at: Pointer | None = None
        self._path: list[tuple[float, float]] = []
        self._start: Pointer | None = None

    @property
    def hover(self) -> Sketch | None:
        """The brush itself."""
        if self._at is None:
            return None
        return Sketch(
            self._at.view, painting.stroke(np.array([(self._at.x, self._at.y)]), self.value), closed=True
        )

    @property
    def sketch(self) -> Sketch | None:
        """The stroke so far."""
        if self._start is None:
            return None
        return Sketch(self._start.view, painting.stroke(np.array(self._path), self.value), closed=True)

    def press(self, at: Pointer) -> None:
        """Begin a stroke."""
        self._start, self._path = at, [(at.x, at.y)]
        self.board.sketch_changed()

    def move(self, at: Pointer, held: bool) -> None:
        """Go on with it; the brush follows the pointer."""
        self._at = at
        if held and self._start is not None and math.dist(self._path[-1], (at.x, at.y)) >= self.value / 8:
            self._path.append((at.x, at.y))
        self.board.sketch_changed()

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Keep the stroke."""
        start, path = self._start, np.array(self._path)
        self.cancel()
        if start is None:
            return
        shape = painting.stroke_shape(path, self.value, self.board.size_of(start.view))
        try:
            if self.erases or start.control:
                self._erase(start.view, path, shape)
            else:
                self._paint(start.view, shape)
        except AppError as error:
            self.board.refuse(str(error))

    def wheel(self, at: Pointer, turned: float) -> bool:
        """A larger or smaller brush."""
        self.set_value(self.value * _STEP**turned)
        self._at = at
        self.board.sketch_changed()
        return True

    def set_value(self, value: float) -> None:
        """The size of the brush in image pixels, within sensible limits."""
        self.value = min(max(value, _LEAST), _GREATEST)

    def leave(self) -> None:
        """No brush without a pointer."""
        self._at = None
        self.board.sketch_changed()

    def step_back(self) -> None:
        """Drop the stroke."""
        self.cancel()

    def cancel(self) -> None:
        """Drop the stroke."""
        self._start, self._path = None, []
        self.board.sketch_changed()

    def _paint(self, view: ViewName, shape: BaseGeometry) -> None:
        board, before = self.board, self.board.annotation
        touched = self._mine(view, shape)
        chosen = None if not board.selected or board.fresh else before.region(board.selected)
        target = touched or chosen
        lesion = target.lesion if target is not None else ""
        if self.above is not None:
            shape = painting.above(shape, board.counts_of(view), self.above)
        if self.others is OtherLesions.PROTECT:
            shape = painting.beside(shape, before, view, lesion)
        elif self.others is OtherLesions.OVERWRITE:
            before = painting.taken_away(before, view, lesion, shape)
        if touched is not None:
            board.record("Paint", painting.paint(before, touched.uuid, shape))
        elif chosen is not None:
            board.record("Paint", painting.add_to_lesion(before, chosen, view, [shape]))
        else:
            self._start_lesion(view, shape, before)

    def _start_lesion(self, view: ViewName, shape: BaseGeometry, before: Annotation) -> None:
        outlines = painting.outlines_of(shape)
        if not outlines:
            raise AppError(painting.NOTHING, painting.ELSEWHERE)
        more = [(view, outline) for outline in outlines[1:]]
        self.board.add_mark("Paint region", view, outlines[0], more, before)

    def _erase(self, view: ViewName, path: np.ndarray, shape: BaseGeometry) -> None:
        """From the lesion that was chosen, otherwise from the first that the stroke comes over."""
        region = self._mine(view, shape)
        if region is None:
            under = (self._under(view, x, y) for x, y in path)
            region = next((each for each in under if each is not None), None)
        if region is None:
            raise AppError("There is no region under the eraser.")
        after = self.board.annotation
        for each in self.board.annotation.on(view):
            if each.lesion == region.lesion and not each.is_point:
                after = painting.erase(after, each.uuid, shape)
        self.board.record("Erase", after)

    def _mine(self, view: ViewName, shape: BaseGeometry) -> Region | None:
        """The outline of the selected lesion that a shape touches, the selected one first."""
        board = self.board
        if not board.selected:
            return None
        selected = board.annotation.region(board.selected)
        mine = [region for region in board.annotation.on(view) if region.lesion == selected.lesion]
        mine.sort(key=lambda region: region.uuid != selected.uuid)
        return next((region for region in mine if painting.touches(region, shape)), None)

    def _under(self, view: ViewName, x: float, y: float) -> Region | None:
        """The region that the brush touches at a place."""
        outlined = [region for region in self.board.annotation.on(view) if not region.is_point]
        return region_at(outlined, x, y, self.value)


class EraserTool(BrushTool):
    """A drag takes away from the selected lesion, or from the first one it comes over."""

    id = "eraser"
    erases = True


RADIUS = Setting("Radius of the brush", _LEAST, _GREATEST, 4, lambda radius: f"radius {radius:.1f}")
BRUSH = ToolEntry(
    BrushTool,
    "Brush",
    "Drag to paint; a lesion that was chosen grows, with Ctrl it is erased. Shift + wheel: size.",
    RADIUS,
)
ERASER = ToolEntry(EraserTool, "Eraser", "Drag over a lesion to take away. Shift + wheel: size.", RADIUS)

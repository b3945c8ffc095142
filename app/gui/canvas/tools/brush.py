"""Paints lesions, and erases from them, with a round brush."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from app.annotation import shaping
from app.annotation.geometry import region_at
from app.annotation.region import Region
from app.errors import AppError
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, Tool, ToolEntry

_LEAST, _GREATEST = 0.75, 40.0
_FIRST_RADIUS = 4.0
_STEP = 1.15


class BrushTool(Tool):
    """A drag adds to the selected region it starts on, or makes a new one; Shift+wheel changes the size."""

    id = "brush"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.value = _FIRST_RADIUS
        self._at: Pointer | None = None
        self._path: list[tuple[float, float]] = []
        self._start: Pointer | None = None

    @property
    def hover(self) -> Sketch | None:
        """The brush itself."""
        if self._at is None:
            return None
        return Sketch(
            self._at.view, shaping.stroke(np.array([(self._at.x, self._at.y)]), self.value), closed=True
        )

    @property
    def sketch(self) -> Sketch | None:
        """The stroke so far."""
        if self._start is None:
            return None
        return Sketch(self._start.view, shaping.stroke(np.array(self._path), self.value), closed=True)

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
        try:
            self.apply(start, path)
        except AppError as error:
            self.board.refuse(str(error))

    def apply(self, start: Pointer, path: np.ndarray) -> None:
        """Add the stroke to what it starts on, or make it a region."""
        region = self.under(start)
        if region is None or region.uuid != self.board.selected:
            self.board.add_mark("Paint region", start.view, shaping.stroke(path, self.value))
            return
        size = self.board.size_of(start.view)
        self.board.record("Paint", shaping.paint(self.board.annotation, region.uuid, path, self.value, size))

    def under(self, at: Pointer) -> Region | None:
        """The region that the brush touches, the selected one first."""
        outlined = [region for region in self.board.annotation.on(at.view) if not region.is_point]
        selected = [region for region in outlined if region.uuid == self.board.selected]
        for regions in (selected, outlined):
            found = region_at(regions, at.x, at.y, self.value)
            if found is not None:
                return found
        return None

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


class EraserTool(BrushTool):
    """A drag takes away from the selected region, or from the first one it comes over."""

    id = "eraser"

    def apply(self, start: Pointer, path: np.ndarray) -> None:
        """Take the stroke away."""
        along = (self.under(replace(start, x=x, y=y)) for x, y in path)
        region = next((each for each in along if each is not None), None)
        if region is None:
            raise AppError("There is no region under the eraser.")
        self.board.record("Erase", shaping.erase(self.board.annotation, region.uuid, path, self.value))


RADIUS = Setting("Radius of the brush", _LEAST, _GREATEST, 4, lambda radius: f"radius {radius:.1f} pixels")
BRUSH = ToolEntry(
    BrushTool, "Brush", "Drag to paint; on the selected region it adds. Shift + wheel: size.", RADIUS
)
ERASER = ToolEntry(EraserTool, "Eraser", "Drag over a region to take away. Shift + wheel: size.", RADIUS)

"""Outlines a lesion by one drag around it."""

from __future__ import annotations

import math

import numpy as np

from app.gui.canvas.tools.tool import Board, Pointer, Sketch, Tool, ToolEntry
from app.scan.scan import ViewName

_APART = 0.75
"""Image pixels between two places that are kept."""


class FreehandTool(Tool):
    """The line follows the pointer; letting go closes it."""

    id = "freehand"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._view = ViewName.ANTERIOR
        self._line: list[tuple[float, float]] = []

    @property
    def sketch(self) -> Sketch | None:
        """The line so far."""
        return Sketch(self._view, np.array(self._line), handles=False) if self._line else None

    def press(self, at: Pointer) -> None:
        """Start a line."""
        self._view, self._line = at.view, [(at.x, at.y)]
        self.board.sketch_changed()

    def move(self, at: Pointer, held: bool) -> None:
        """Go on with the line."""
        if held and self._line and math.dist(self._line[-1], (at.x, at.y)) >= _APART:
            self._line.append((at.x, at.y))
            self.board.sketch_changed()

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Close the line; a click without a drag is none."""
        line, view = self._line, self._view
        self.cancel()
        if len(line) >= 3:
            self.board.add_mark("Add freehand outline", view, _thinned(np.array(line)))

    def step_back(self) -> None:
        """Drop the line."""
        self.cancel()

    def cancel(self) -> None:
        """Drop the line."""
        self._line = []
        self.board.sketch_changed()


def _thinned(line: np.ndarray) -> np.ndarray:
    """Without the vertices that say nothing; float64 (n, 2)."""
    from shapely import LinearRing

    return np.asarray(LinearRing(line).simplify(0.2).coords)[:-1]


FREEHAND = ToolEntry(FreehandTool, "Freehand", "Drag around the lesion.")

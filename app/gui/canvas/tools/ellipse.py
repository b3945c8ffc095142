"""Marks a lesion by an ellipse dragged from corner to corner."""

from __future__ import annotations

import math

import numpy as np

from app.gui.canvas.tools.tool import Board, Pointer, Sketch, Tool, ToolEntry

_VERTICES = 24
_TURN = 2 * math.pi * np.arange(_VERTICES) / _VERTICES
_UNIT = np.column_stack([np.cos(_TURN), np.sin(_TURN)])


class EllipseTool(Tool):
    """The ellipse fills the box between where the button went down and where the pointer is."""

    id = "ellipse"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._start: Pointer | None = None
        self._end: tuple[float, float] | None = None

    @property
    def sketch(self) -> Sketch | None:
        """The ellipse so far."""
        if self._start is None or self._end is None:
            return None
        return Sketch(self._start.view, self._outline(), closed=True)

    def press(self, at: Pointer) -> None:
        """One corner."""
        self._start, self._end = at, None

    def move(self, at: Pointer, held: bool) -> None:
        """The other corner."""
        if held and self._start is not None:
            self._end = (at.x, at.y)
            self.board.sketch_changed()

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Keep it; a click without a drag is none."""
        start, outline = self._start, self._outline() if self._end else None
        self.cancel()
        if start is not None and outline is not None:
            self.board.add_mark("Add ellipse", start.view, outline)

    def step_back(self) -> None:
        """Drop it."""
        self.cancel()

    def cancel(self) -> None:
        """Drop it."""
        self._start = self._end = None
        self.board.sketch_changed()

    def _outline(self) -> np.ndarray:
        if self._start is None or self._end is None:
            return _UNIT
        corners = np.array([(self._start.x, self._start.y), self._end])
        return np.asarray(corners.mean(axis=0) + _UNIT * abs(corners[1] - corners[0]) / 2)


ELLIPSE = ToolEntry(EllipseTool, "Ellipse", "Drag from corner to corner.")

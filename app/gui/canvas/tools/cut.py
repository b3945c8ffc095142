"""Cuts a region in two along a line."""

from __future__ import annotations

import numpy as np

from app.annotation import edits
from app.annotation.geometry import region_at
from app.errors import AppError
from app.gui.canvas.tools.tool import Board, Pointer, Sketch, Tool, ToolEntry


class CutTool(Tool):
    """A drag right through a region is the line; both parts stay one lesion."""

    id = "cut"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._start: Pointer | None = None
        self._end: tuple[float, float] | None = None

    @property
    def sketch(self) -> Sketch | None:
        """The line so far."""
        if self._start is None or self._end is None:
            return None
        return Sketch(self._start.view, np.array([(self._start.x, self._start.y)]), self._end)

    def press(self, at: Pointer) -> None:
        """One end of the line."""
        self._start, self._end = at, None

    def move(self, at: Pointer, held: bool) -> None:
        """The other end."""
        if held and self._start is not None:
            self._end = (at.x, at.y)
            self.board.sketch_changed()

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Cut the selected region, or the one under the middle of the line."""
        start, end = self._start, self._end
        self.cancel()
        if start is None or end is None:
            return
        middle = ((start.x + end[0]) / 2, (start.y + end[1]) / 2)
        here = [region for region in self.board.annotation.on(start.view) if not region.is_point]
        selected = [region for region in here if region.uuid == self.board.selected]
        region = region_at(selected or here, *middle, start.reach)
        if region is None:
            self.board.refuse("The line crosses no region.")
            return
        try:
            parts = edits.split(self.board.annotation, region.uuid, (start.x, start.y), end)
        except AppError as error:
            self.board.refuse(str(error))
            return
        self.board.record("Cut", parts)

    def step_back(self) -> None:
        """Drop the line."""
        self.cancel()

    def cancel(self) -> None:
        """Drop the line."""
        self._start = self._end = None
        self.board.sketch_changed()


CUT = ToolEntry(CutTool, "Cut", "Drag a line right through a region.")

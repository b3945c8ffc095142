"""Outlines a lesion vertex by vertex."""

from __future__ import annotations

import math

import numpy as np

from app.gui.canvas.tools.tool import Board, HalfDrawn, Pointer, Sketch, Tool, ToolEntry
from app.scan.scan import ViewName


class PolygonTool(Tool):
    """Clicks place vertices; a double click, or a click on the first vertex, closes the outline."""

    id = "polygon"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._view = ViewName.ANTERIOR
        self._vertices: list[tuple[float, float]] = []
        self._towards: tuple[float, float] | None = None

    @property
    def sketch(self) -> Sketch | None:
        """The outline so far."""
        if not self._vertices:
            return None
        return Sketch(self._view, np.array(self._vertices), self._towards)

    def press(self, at: Pointer) -> None:
        """Place a vertex, or close on the first one."""
        if self._vertices and at.view is not self._view:
            self.board.refuse(f"This outline is on the {self._view} view. Close or cancel it first.")
            return
        if len(self._vertices) >= 3 and math.dist((at.x, at.y), self._vertices[0]) <= at.reach:
            self.close()
            return
        self._view = at.view
        self._vertices.append((at.x, at.y))
        self._towards = None
        self.board.sketch_changed()

    def move(self, at: Pointer, held: bool) -> None:  # noqa: ARG002
        """Let the open line follow."""
        if self._vertices:
            self._towards = (at.x, at.y) if at.view is self._view else None
            self.board.sketch_changed()

    def double_click(self, at: Pointer) -> None:  # noqa: ARG002
        """Close; the first of the two clicks has placed the last vertex."""
        if self._vertices:
            self.close()

    def secondary(self, at: Pointer) -> None:  # noqa: ARG002
        """Take back the last vertex."""
        self.step_back()

    def close(self) -> None:
        """Make the outline a region; when it is refused it stays, to be mended."""
        if self._vertices and self.board.add_mark("Add polygon", self._view, np.array(self._vertices)):
            self.cancel()

    def step_back(self) -> None:
        """Take back the last vertex."""
        if self._vertices:
            self._vertices.pop()
            self.board.sketch_changed()

    def cancel(self) -> None:
        """Drop the outline."""
        self._vertices.clear()
        self._towards = None
        self.board.sketch_changed()

    def draft(self) -> HalfDrawn | None:
        """The vertices so far."""
        return HalfDrawn(self.id, self._view, tuple(self._vertices)) if self._vertices else None

    def take_up(self, draft: HalfDrawn) -> None:
        """Go on from the last vertex."""
        self._view, self._vertices, self._towards = draft.view, list(draft.vertices), None
        self.board.sketch_changed()


POLYGON = ToolEntry(
    PolygonTool, "Polygon", "Click the vertices; double click, Enter or the first vertex closes."
)

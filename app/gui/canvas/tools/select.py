"""Selects marks, moves them, and moves, adds and removes their vertices."""

from __future__ import annotations

from collections.abc import Callable

from app.annotation import edits
from app.annotation.annotation import Annotation
from app.annotation.geometry import nearest_edge, nearest_vertex, region_at
from app.annotation.region import Region
from app.errors import AppError
from app.gui.canvas.tools.tool import Board, Pointer, Tool, ToolEntry


class SelectTool(Tool):
    """A vertex of the selected mark can be dragged, any mark as a whole."""

    id = "select"
    draws = False

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._start: Pointer | None = None
        self._vertex: int | None = None
        self._changed: Annotation | None = None

    def press(self, at: Pointer) -> None:
        """Take hold of a vertex of the selected mark, or of the mark under the pointer."""
        self._vertex = self._vertex_under(at)
        if self._vertex is None:
            under = region_at(self.board.annotation.on(at.view), at.x, at.y, at.reach)
            self.board.select(under.uuid if under else "")
        self._start = at if self.board.selected else None
        self._changed = None

    def move(self, at: Pointer, held: bool) -> None:
        """Drag what is held; a hand that trembles on a click moves nothing."""
        start = self._start
        if not held or start is None or at.view is not start.view:
            return
        dx, dy = at.x - start.x, at.y - start.y
        if self._changed is None and max(abs(dx), abs(dy)) < at.reach / 2:
            return
        uuid, size = self.board.selected, self.board.size_of(at.view)
        try:
            if self._vertex is None:
                self._changed = edits.move(self.board.annotation, uuid, dx, dy, size)
            else:
                self._changed = edits.move_vertex(self.board.annotation, uuid, self._vertex, at.x, at.y, size)
        except AppError:
            return  # an impossible shape on the way to a possible one: the last possible one stays
        self.board.preview(self._changed)

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Keep what was dragged, as one step."""
        changed, moved_vertex = self._changed, self._vertex is not None
        self.cancel()
        if changed is not None:
            self.board.record("Move vertex" if moved_vertex else "Move mark", changed)

    def double_click(self, at: Pointer) -> None:
        """A vertex more on the edge of the selected mark."""
        region = self._selected_on(at)
        if region is None or region.is_point or self._vertex_under(at) is not None:
            return
        edge = nearest_edge(region.vertices, at.x, at.y, at.reach)
        if edge is not None:
            size = self.board.size_of(at.view)
            self._record(
                "Add vertex",
                lambda: edits.insert_vertex(self.board.annotation, region.uuid, edge, at.x, at.y, size),
            )

    def secondary(self, at: Pointer) -> None:
        """A vertex less."""
        region, vertex = self._selected_on(at), self._vertex_under(at)
        if region is not None and vertex is not None and not region.is_point:
            size = self.board.size_of(at.view)
            self._record(
                "Remove vertex",
                lambda: edits.remove_vertex(self.board.annotation, region.uuid, vertex, size),
            )

    def cancel(self) -> None:
        """Let go; what was dragged springs back."""
        self._start = self._vertex = self._changed = None
        self.board.preview(None)

    def _record(self, name: str, edit: Callable[[], Annotation]) -> None:
        try:
            self.board.record(name, edit())
        except AppError as error:
            self.board.refuse(str(error))

    def _selected_on(self, at: Pointer) -> Region | None:
        if not self.board.selected:
            return None
        region = self.board.annotation.region(self.board.selected)
        return region if region.view is at.view else None

    def _vertex_under(self, at: Pointer) -> int | None:
        region = self._selected_on(at)
        return nearest_vertex(region.vertices, at.x, at.y, at.reach) if region else None


SELECT = ToolEntry(
    SelectTool,
    "Select",
    "Drag a region or a vertex. Double click an edge: one vertex more; right click: one less.",
)

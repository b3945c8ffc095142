"""Marks a lesion by one click."""

from __future__ import annotations

import numpy as np

from app.gui.canvas.tools.tool import Pointer, Tool, ToolEntry


class PointTool(Tool):
    """Every click is a mark."""

    id = "point"

    def press(self, at: Pointer) -> None:
        """Place a mark."""
        self.board.add_mark("Add point", at.view, np.array([[at.x, at.y]]))


POINT = ToolEntry(PointTool, "Point", "Click a lesion.")

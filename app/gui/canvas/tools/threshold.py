"""Outlines a focus by its isocontour at a share of its maximum."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.annotation.contour import GREATEST_SHARE, LEAST_SHARE, SHARE, Isocontour, fenced, isocontour
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, Tool, ToolEntry
from app.scan.scan import Counts, ViewName

_STEP = 0.02
_FENCE_STEP = 0.75
"""Image pixels between two places of a line."""


class ThresholdTool(Tool):
    """The contour of the focus under the pointer is shown; the wheel changes its share, a click takes it.

    A drag with Ctrl draws a line that no contour crosses; Esc takes these lines away.
    """

    id = "threshold"
    takes_wheel = True

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.value = SHARE
        self._fences: list[tuple[ViewName, list[tuple[float, float]]]] = []
        self._fencing = False
        self._fenced: dict[ViewName, Counts] = {}
        self._at: Pointer | None = None
        self._contour: Isocontour | None = None

    @property
    def hover(self) -> Sketch | None:
        """The contour that a click would take."""
        if self._at is None or self._contour is None:
            return None
        return Sketch(self._at.view, self._contour.vertices, closed=True)

    @property
    def contour(self) -> Isocontour | None:
        """The contour under the pointer."""
        return self._contour

    @property
    def fences(self) -> Sequence[Sketch]:
        """The lines that contours keep to."""
        return [
            Sketch(view, np.array(line), handles=False, line=True)
            for view, line in self._fences
            if len(line) > 1
        ]

    def move(self, at: Pointer, held: bool) -> None:
        """Show the contour of what is under the pointer now, or go on with a line."""
        if held and self._fencing:
            view, line = self._fences[-1]
            if view is at.view and math.dist(line[-1], (at.x, at.y)) >= _FENCE_STEP:
                line.append((at.x, at.y))
                self.board.sketch_changed()
            return
        self._look(at)

    def release(self, at: Pointer) -> None:
        """A line is drawn."""
        if self._fencing:
            self._fencing = False
            if len(self._fences[-1][1]) < 2:  # a click is no line
                self._fences.pop()
            self._fenced.clear()
            self._look(at)

    def press(self, at: Pointer) -> None:
        """Take the contour; with Ctrl begin a line."""
        if at.control:
            self._fencing = True
            self._contour = None
            self._fences.append((at.view, [(at.x, at.y)]))
            return
        self._look(at)
        found = self._contour
        if found is None:
            self.board.refuse("There are no counts here.")
        elif not found.whole:
            self.board.refuse(
                f"At {self.value:.0%} of {found.maximum:.0f} counts the focus does not end here. "
                "Turn the wheel up, or draw it by hand."
            )
        else:
            self.board.add_mark("Add threshold contour", at.view, found.vertices)

    def wheel(self, at: Pointer, turned: float) -> bool:
        """Another share of the maximum."""
        self.set_value(self.value + _STEP * turned)
        self._look(at)
        return True

    def set_value(self, value: float) -> None:
        """The share of the maximum, within sensible limits."""
        self.value = min(max(round(value, 3), LEAST_SHARE), GREATEST_SHARE)
        if self._at is not None:
            self._look(self._at)

    def leave(self) -> None:
        """No contour without a pointer."""
        self._at = self._contour = None
        self.board.sketch_changed()

    def cancel(self) -> None:
        """Show nothing, and take the lines away."""
        self._fences.clear()
        self._fenced.clear()
        self._fencing = False
        self.leave()

    def _look(self, at: Pointer) -> None:
        self._at = at
        if at.view not in self._fenced:
            lines = [line for view, line in self._fences if view is at.view]
            self._fenced[at.view] = fenced(self.board.counts_of(at.view), lines)
        self._contour = isocontour(self._fenced[at.view], at.x, at.y, self.value)
        self.board.sketch_changed()


SHARE_OF_MAXIMUM = Setting(
    "Share of the maximum", LEAST_SHARE, GREATEST_SHARE, 100, lambda share: f"{share:.0%} of the maximum"
)
THRESHOLD = ToolEntry(
    ThresholdTool,
    "Threshold",
    "Point at a focus, turn the wheel for the share of its maximum, click. Ctrl + drag: a line to keep to.",
    SHARE_OF_MAXIMUM,
)

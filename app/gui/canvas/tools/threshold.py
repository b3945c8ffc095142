"""Outlines a focus by its isocontour at a share of its maximum."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.annotation.contour import GREATEST_SHARE, LEAST_SHARE, SHARE, Isocontour, fenced, isocontour
from app.annotation.opposite import mirrored, overlap
from app.annotation.region import Region, Vertices
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, Tool, ToolEntry
from app.scan.scan import Counts, ViewName

_STEP = 0.02
_FENCE_STEP = 0.75
"""Image pixels between two places of a line."""


class ThresholdTool(Tool):
    """The contour of the focus under the pointer is shown; the wheel changes its share, a click takes it.

    A click with Shift takes the focus on both views as one lesion. A drag with Ctrl draws a line that no
    contour crosses; Esc takes these lines away.
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
        self._take(at)

    def _take(self, at: Pointer) -> None:
        """Add the contour at a place."""
        self._look(at)
        found = self._contour
        if found is None:
            self.board.refuse(self._missing())
        elif not found.whole:
            self.board.refuse(f"{self._endless(found)} Turn the wheel up, or draw it by hand.")
        else:
            more = self._opposite(at.view, found) if at.shift else ()
            self._add(at, found, more)
            if at.shift and not more:
                self.board.refuse("No focus of that share lies opposite: it is drawn on one view alone.")

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

    def _missing(self) -> str:
        return "There are no counts here."

    def _endless(self, found: Isocontour) -> str:
        return f"At {self.value:.0%} of {found.maximum:.0f} counts the focus does not end here."

    def _add(self, at: Pointer, found: Isocontour, more: Sequence[tuple[ViewName, Vertices]]) -> None:
        self.board.add_mark("Add threshold contour", at.view, found.vertices, more)

    def readout(self, found: Isocontour) -> str:
        """What is told of the contour under the pointer."""
        limit = "" if found.whole else ", which does not end here"
        return f"{self.value:.0%} of {found.maximum:.0f} = {found.level:.0f} counts{limit}"

    def _opposite(self, view: ViewName, found: Isocontour) -> Sequence[tuple[ViewName, Vertices]]:
        """The same focus on the other view, where the mirrored place meets one that ends."""
        sizes, other = self.board.sizes, view.opposite
        if other not in sizes:
            return ()
        place = mirrored(found.vertices.mean(axis=0)[None], sizes[view], sizes[other])[0]
        there = self._isocontour(other, float(place[0]), float(place[1]))
        if there is None or not there.whole:
            return ()
        here = Region(view, found.vertices)
        meets = overlap(here, Region(other, there.vertices), sizes) > 0
        return ((other, there.vertices),) if meets else ()

    def _look(self, at: Pointer) -> None:
        self._at = at
        self._contour = self._isocontour(at.view, at.x, at.y)
        self.board.sketch_changed()

    def _isocontour(self, view: ViewName, x: float, y: float) -> Isocontour | None:
        if view not in self._fenced:
            lines = [line for side, line in self._fences if side is view]
            self._fenced[view] = fenced(self.board.counts_of(view), lines)
        return isocontour(self._fenced[view], x, y, self.value)


SHARE_OF_MAXIMUM = Setting(
    "Share of the maximum", LEAST_SHARE, GREATEST_SHARE, 100, lambda share: f"{share:.0%} of the maximum"
)
THRESHOLD = ToolEntry(
    ThresholdTool,
    "Threshold",
    "Point at a focus, turn the wheel for the share of its maximum, click. Shift + click: on both views. "
    "Ctrl + drag: a line to keep to.",
    SHARE_OF_MAXIMUM,
)

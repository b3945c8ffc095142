"""Outlines a focus by its isocontour at a share of its maximum."""

from __future__ import annotations

from app.annotation.contour import GREATEST_SHARE, LEAST_SHARE, SHARE, Isocontour, isocontour
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, Tool, ToolEntry

_STEP = 0.02


class ThresholdTool(Tool):
    """The contour of the focus under the pointer is shown; the wheel changes its share, a click takes it."""

    id = "threshold"
    takes_wheel = True

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.value = SHARE
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

    def move(self, at: Pointer, held: bool) -> None:  # noqa: ARG002
        """Show the contour of what is under the pointer now."""
        self._look(at)

    def press(self, at: Pointer) -> None:
        """Take the contour."""
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
        """Show nothing."""
        self.leave()

    def _look(self, at: Pointer) -> None:
        self._at = at
        self._contour = isocontour(self.board.counts_of(at.view), at.x, at.y, self.value)
        self.board.sketch_changed()


SHARE_OF_MAXIMUM = Setting(
    "Share of the maximum", LEAST_SHARE, GREATEST_SHARE, 100, lambda share: f"{share:.0%} of the maximum"
)
THRESHOLD = ToolEntry(
    ThresholdTool,
    "Threshold",
    "Point at a focus, turn the wheel for the share of its maximum, click.",
    SHARE_OF_MAXIMUM,
)

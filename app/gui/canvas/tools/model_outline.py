"""Takes a model's outline of a focus, by a click on it or a box around it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.annotation.contour import Isocontour
from app.annotation.model_map import LEAST, ModelMap
from app.annotation.region import Vertices
from app.gui.canvas.tools.threshold import ThresholdTool
from app.gui.canvas.tools.tool import Board, Pointer, Setting, Sketch, ToolEntry
from app.scan.scan import ViewName

NO_MAP = "No model has looked at this scan yet."
_LEVEL = 0.5


class ModelOutlineTool(ThresholdTool):
    """The model's outline under the pointer is shown; a click takes it, with its score.

    The wheel changes the probability at the outline. A drag takes the likeliest focus in a box. With Shift
    the focus is taken on both views.
    """

    id = "model_outline"

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self.value = _LEVEL
        self._start: Pointer | None = None
        self._corner: tuple[float, float] | None = None

    @property
    def sketch(self) -> Sketch | None:
        """The box that is dragged."""
        if self._start is None or self._corner is None:
            return None
        (x1, y1), (x2, y2) = (self._start.x, self._start.y), self._corner
        return Sketch(
            self._start.view, np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]), handles=False, closed=True
        )

    def press(self, at: Pointer) -> None:
        """Begin a click or a box."""
        self._start, self._corner = at, None

    def move(self, at: Pointer, held: bool) -> None:
        """Show the outline under the pointer, or the box."""
        start = self._start
        if held and start is not None and start.view is at.view:
            far = math.dist((start.x, start.y), (at.x, at.y)) > max(at.reach, 1.0)
            self._corner = (at.x, at.y) if far or self._corner is not None else None
            self.board.sketch_changed()
            return
        self._look(at)

    def release(self, at: Pointer) -> None:  # noqa: ARG002
        """Take the outline of the place, or of the likeliest place in the box."""
        start, corner = self._start, self._corner
        self._start = self._corner = None
        if start is None:
            return
        model = self.board.model_map
        place: tuple[float, float] | None = (start.x, start.y)
        if model is not None and corner is not None:
            place = model.brightest(start.view, (start.x, start.y), corner)
        if place is not None:
            self._take(Pointer(start.view, *place, start.reach, shift=start.shift))

    def cancel(self) -> None:
        """Drop the box."""
        self._start = self._corner = None
        super().cancel()

    def _missing(self) -> str:
        if self.board.model_map is None:
            return NO_MAP
        return f"The model sees no focus here: its probability is below {LEAST:g}."

    def _endless(self, found: Isocontour) -> str:
        return f"From probability {found.level:.2f} on the focus does not end here."

    def _add(self, at: Pointer, found: Isocontour, more: Sequence[tuple[ViewName, Vertices]]) -> None:
        model = self.board.model_map
        assert model is not None, "an outline comes from a map"
        by = model.scored(found.maximum)
        self.board.add_mark("Add the model's outline", at.view, found.vertices, more, by=by)

    def readout(self, found: Isocontour) -> str:
        """What is told of the outline under the pointer."""
        limit = "" if found.whole else ", which does not end here"
        return f"score {found.maximum:.2f}, outline at {found.level:.2f}{limit}"

    def _isocontour(self, view: ViewName, x: float, y: float) -> Isocontour | None:
        model: ModelMap | None = self.board.model_map
        return None if model is None else model.outline(view, x, y, self.value)


LEVEL = Setting("Probability at the outline", LEAST, 0.95, 100, lambda level: f"probability {level:.2f}")
MODEL_OUTLINE = ToolEntry(
    ModelOutlineTool,
    "Model's outline",
    "Click a focus, or drag a box around it: the model's outline. Wheel: from which probability on. "
    "Shift + click: on both views.",
    LEVEL,
)

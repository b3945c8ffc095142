"""How likely a model takes each pixel of a scan for part of a focus; a click takes an outline from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.annotation.contour import Isocontour, isocontour, peak_near
from app.annotation.geometry import to_mask
from app.annotation.region import ProposedBy, Region
from app.scan.scan import ViewName

LEAST = 0.05
"""Probability below which the model sees nothing."""
_HALF = 0.5
"""Share of its highest probability at which a focus ends that the model does not draw itself."""


@dataclass(frozen=True, eq=False)
class ModelMap:
    """The map of one scan; `planes`: probabilities of each view, float32 (rows, cols), 0-1.

    `level`: the probability from which the model draws; `title`: what it is called where it is told.
    """

    by: ProposedBy
    title: str
    level: float
    planes: Mapping[ViewName, NDArray[np.float32]]

    def scored(self, score: float) -> ProposedBy:
        """The model with the score of one outline."""
        return replace(self.by, score=round(score, 4))

    def outline(self, view: ViewName, x: float, y: float, level: float) -> Isocontour | None:
        """The model's outline of the focus at image position (x, y); None where it sees none.

        From probability `level` on, as its proposals; a fainter focus ends at half of its highest
        probability, which is `maximum`.
        """
        plane = self.planes.get(view)
        if plane is None:
            return None
        peak = float(plane[peak_near(plane, x, y)])
        if peak < LEAST:
            return None
        return isocontour(plane, x, y, level / peak if level < peak else _HALF)

    def with_score(self, region: Region) -> Region:
        """A region that the model drew, with the highest probability inside."""
        plane = self.planes.get(region.view)
        if plane is None or region.is_point:
            return replace(region, proposed_by=self.by)
        inside = plane[to_mask(region.vertices, plane.shape)]
        return replace(region, proposed_by=self.scored(float(inside.max(initial=0))))

    def brightest(
        self, view: ViewName, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[float, float] | None:
        """The likeliest place (x, y) between two corners; None where that is no place of the image."""
        plane = self.planes.get(view)
        if plane is None:
            return None
        left, right = sorted((int(start[0]), int(end[0])))
        top, bottom = sorted((int(start[1]), int(end[1])))
        left, top = max(left, 0), max(top, 0)
        box = plane[top : bottom + 1, left : right + 1]
        if not box.size:
            return None
        row, col = np.unravel_index(int(box.argmax()), box.shape)
        return left + int(col) + 0.5, top + int(row) + 0.5

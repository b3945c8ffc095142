"""Which part of the scan all panels look at: one zoom and one centre, shared; no Qt.

The centre is kept in the anterior image, as fractions of its width and height. A posterior panel looks at the
mirrored place, so that both views always show the same part of the patient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.scan.scan import ViewName

LEAST_ZOOM, GREATEST_ZOOM = 0.05, 60.0


def mirrored(view: ViewName, across: float) -> float:
    """A fraction of the width as seen in the anterior image, and back again."""
    return across if view is ViewName.ANTERIOR else 1.0 - across


@dataclass(frozen=True)
class Viewpoint:
    """`zoom`: screen pixels per image column; `across`, `down`: centre, 0-1; `fitted`: follows the window.

    `filling`: as near as the width of the window allows, whatever that is.
    """

    zoom: float = 1.0
    across: float = 0.5
    down: float = 0.5
    fitted: bool = True
    filling: bool = False

    def moved_to(self, across: float, down: float) -> Viewpoint:
        """The same zoom at another centre, kept inside the image."""
        return replace(self, across=min(max(across, 0.0), 1.0), down=min(max(down, 0.0), 1.0), fitted=False)

    def zoomed_to(self, zoom: float) -> Viewpoint:
        """The same centre at another zoom, within sensible limits."""
        return replace(self, zoom=min(max(zoom, LEAST_ZOOM), GREATEST_ZOOM), fitted=False, filling=False)

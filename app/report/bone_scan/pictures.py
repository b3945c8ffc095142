"""The views of a scan as lossless pictures at the levels of the report; each form draws the outlines."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from app.report.bone_scan.facts import Polygon, ReportFacts
from app.scan.scan import Scan
from app.scan.window import Levels


@dataclass(frozen=True)
class ReportPicture:
    """One view in inverse grey, pixel for pixel; `tallness`: height of a pixel over its width."""

    view: str
    columns: int
    rows: int
    tallness: float
    png: str
    """The picture in base64."""

    @property
    def content(self) -> bytes:
        """The PNG file."""
        return base64.b64decode(self.png)


@dataclass(frozen=True)
class Outline:
    """A lesion on a picture: its name, and its lines in image pixels."""

    name: str
    lines: tuple[Polygon, ...]


def pictures_of(scan: Scan, levels: Levels) -> tuple[ReportPicture, ...]:
    """Both views as they are shown: grey = 255 (1 - w), w = clip((c - LL) / (UL - LL), 0, 1)."""
    made = []
    for view in scan.views:
        rows, columns = view.counts.shape
        spacing = view.spacing_mm
        tallness = spacing[0] / spacing[1] if spacing else 1.0
        png = base64.b64encode(_png(grey(view.counts, levels))).decode("ascii")
        made.append(ReportPicture(view.name.value, columns, rows, tallness, png))
    return tuple(made)


def grey(counts: NDArray[np.float32], levels: Levels) -> NDArray[np.uint8]:
    """Inverse grey, uint8 (rows, cols), of counts float32 (rows, cols)."""
    share = np.clip((counts - levels.lower) / (levels.upper - levels.lower), 0, 1)
    return np.asarray(np.rint(255 * (1 - np.nan_to_num(share))), np.uint8)


def outlines_on(facts: ReportFacts, view: str) -> tuple[Outline, ...]:
    """The lesions that a view shows, with their names."""
    return tuple(
        Outline(lesion.name, sighting.outlines)
        for lesion in facts.lesions
        for sighting in lesion.sightings
        if sighting.view == view
    )


def sides(view: str) -> tuple[str, str]:
    """The letters at the left and right edge: the anterior view has the patient's right on image left."""
    return ("R", "L") if view == "anterior" else ("L", "R")


def _png(picture: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", optimize=False)
    return buffer.getvalue()

"""Probability maps as regions: what a model draws becomes outlines that a person can edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask, to_mask
from app.annotation.label_set import Size
from app.annotation.masks import outlines
from app.annotation.opposite import pairs
from app.annotation.region import Region, RegionSource, Vertices
from app.scan.scan import ViewName

LEAST_PIXELS = 5
"""0.25 cm2 at 2.26 mm: smaller parts are noise."""
_TOLERANCE = 0.1
_OVER = 1e-6

Probability = NDArray[np.float32]


def regions_of(
    probability: Probability, view: ViewName, label: str, level: float, least_pixels: int = LEAST_PIXELS
) -> list[Region]:
    """One lesion for each connected part at or above a level; parts below `least_pixels` are left out.

    Outlines run between pixels where the interpolated probability is `level` (marching squares, Lorensen &
    Cline 1987), so that they hold exactly the pixels of the part. probability: float32 (rows, cols), 0-1.
    """
    from scipy import ndimage

    around = np.pad(probability.astype(np.float64), 1)
    parts, _ = ndimage.label(around >= level, structure=np.ones((3, 3)))
    found: list[Region] = []
    for number, (rows, cols) in enumerate(ndimage.find_objects(parts), start=1):
        window = slice(rows.start - 1, rows.stop + 1), slice(cols.start - 1, cols.stop + 1)
        part = parts[window] == number
        if int(part.sum()) < least_pixels:
            continue
        inside = np.where(part, around[window], np.minimum(around[window], level - _OVER))
        corner = (window[1].start - 1, window[0].start - 1)
        size = (probability.shape[1], probability.shape[0])
        pieces = [np.clip(piece + corner, 0, size) for piece in _rings(inside, part, level)]
        lesion = Region(view, pieces[0]).lesion
        found += [Region(view, piece, label, lesion=lesion, source=RegionSource.AI) for piece in pieces]
    return found


def linked(regions: Iterable[Region], sizes: Mapping[ViewName, Size]) -> list[Region]:
    """The regions; posterior lesions whose mirror image meets an anterior one of their class are one with it.

    Of images of unequal size none is linked. `sizes`: columns and rows of the views.
    """
    given = list(regions)
    front, back = ViewName.ANTERIOR, ViewName.POSTERIOR
    if front not in sizes or sizes.get(back) != sizes[front]:
        return given
    partner = {behind: ahead for ahead, behind in pairs(given, sizes)}
    return [replace(region, lesion=partner.get(region.lesion, region.lesion)) for region in given]


def _rings(inside: NDArray[np.float64], part: Mask, level: float) -> tuple[Vertices, ...]:
    """The outline of a part, or the two halves of one with a hole; (x, y) from the corner of its window."""
    from shapely import Polygon
    from skimage.measure import find_contours

    lines = find_contours(inside, level - _OVER / 2)  # type: ignore[no-untyped-call]
    if len(lines) == 1 and len(lines[0]) > 3:
        simple = Polygon(lines[0][:, ::-1] + 0.5).simplify(_TOLERANCE)
        ring = np.asarray(simple.exterior.coords, np.float64)[:-1]
        if simple.is_valid and len(ring) >= 3 and np.array_equal(to_mask(ring, part.shape), part):
            return (ring,)
    return outlines(part)

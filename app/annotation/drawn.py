"""Probability maps as regions: what a model draws becomes outlines that a person can edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask, to_mask
from app.annotation.label_set import Size
from app.annotation.masks import outlines
from app.annotation.region import Region, Source, Vertices
from app.scan.scan import ViewName

LEAST_PIXELS = 5
"""0.25 cm2 at 2.26 mm: smaller parts are noise."""
REACH = 5
"""Pixels by which the mirrored place on the other view may be off to be the same lesion."""
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
        found += [Region(view, piece, label, lesion=lesion, source=Source.AI) for piece in pieces]
    return found


def linked(regions: Iterable[Region], sizes: Mapping[ViewName, Size]) -> list[Region]:
    """The regions; posterior lesions whose mirror image meets an anterior one of their class are one with it.

    Each lesion has at most one partner, the one with the largest overlap, five pixels of play allowed; of
    images of unequal size none is linked. `sizes`: columns and rows of the views.
    """
    given = list(regions)
    front, back = ViewName.ANTERIOR, ViewName.POSTERIOR
    if front not in sizes or sizes.get(back) != sizes[front]:
        return given
    columns, rows = sizes[front]
    pairs: list[tuple[int, str, str]] = []
    for label in dict.fromkeys(region.label for region in given):
        same = [region for region in given if region.label == label]
        ahead = _lesions(region for region in same if region.view is front)
        numbers = np.zeros((rows, columns), np.int64)
        for number, regions_ahead in enumerate(ahead.values(), start=1):
            for region in regions_ahead:
                window, mask = _pixels(region, (rows, columns))
                numbers[window][mask] = number
        names = list(ahead)
        for other, behind in _lesions(region for region in same if region.view is back).items():
            shared = sum(
                (_shared(region, numbers, len(names)) for region in behind), np.zeros(len(names) + 1, int)
            )
            pairs += [(int(shared[n]), names[n - 1], other) for n in np.flatnonzero(shared[1:]) + 1]
    partner: dict[str, str] = {}
    taken: set[str] = set()
    for _, lesion, other in sorted(pairs, key=lambda pair: -pair[0]):
        if other not in partner and lesion not in taken:
            partner[other] = lesion
            taken.add(lesion)
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


Window = tuple[slice, slice]


def _lesions(regions: Iterable[Region]) -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for region in regions:
        found.setdefault(region.lesion, []).append(region)
    return found


def _pixels(region: Region, shape: tuple[int, int], margin: int = 0) -> tuple[Window, Mask]:
    """The window around a region, with a margin, and its pixels in it."""
    (left, top), (right, bottom) = region.vertices.min(axis=0), region.vertices.max(axis=0)
    first_row, first_col = max(int(top) - margin, 0), max(int(left) - margin, 0)
    window = (
        slice(first_row, min(int(bottom) + margin + 1, shape[0])),
        slice(first_col, min(int(right) + margin + 1, shape[1])),
    )
    size = (window[0].stop - window[0].start, window[1].stop - window[1].start)
    return window, to_mask(region.vertices - (first_col, first_row), size)


def _shared(region: Region, numbers: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many pixels of each anterior lesion lie within reach of a posterior region's mirror image."""
    from scipy import ndimage

    mirrored = replace(region, vertices=np.array((numbers.shape[1], 0)) + region.vertices * (-1, 1))
    window, mask = _pixels(mirrored, numbers.shape, REACH)
    grown = ndimage.maximum_filter(mask, size=2 * REACH + 1)
    return np.bincount(numbers[window][grown], minlength=count + 1)

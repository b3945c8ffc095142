"""The threshold contour: click a focus and get its isocontour at a share of its maximum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.annotation.region import Vertices
from app.scan.scan import Counts

SHARE = 0.40
"""Of the maximum; the customary start for foci in nuclear medicine."""
LEAST_SHARE, GREATEST_SHARE = 0.05, 0.95
_SNAP = 3
"""Pixels around the click in which the maximum is looked for."""
_FIRST_HALF, _GROWTH, _LAST_HALF = 8, 1.6, 48
"""Half the side of the box in pixels: where it starts, how it grows, where it stops."""
_SMOOTHINGS, _STEPS = 5, (0.5, -0.53)
_ON_GRID, _CLEAR = 1e-9, 0.05
"""Of a pixel: nearer to a grid line a vertex lies on it; so far a smoothed one keeps from pixel centres."""
_TOLERANCE = 0.03
"""Pixels by which vertices that say nothing may be away from the line without them: no centre is as near."""


@dataclass(frozen=True, eq=False)
class Isocontour:
    """One focus at one share of its maximum.

    `vertices` float64 (n, 2) in image pixels; `maximum` and `level` in counts. `whole`: it ends inside the
    greatest box; otherwise it was cut off there.
    """

    vertices: Vertices
    maximum: float
    level: float
    whole: bool


def isocontour(counts: Counts, x: float, y: float, share: float = SHARE) -> Isocontour | None:
    """The contour of the focus at image position (x, y), None where there are no counts.

    The maximum is the highest pixel within three of the click. Counts are interpolated linearly between pixel
    centres (marching squares, Lorensen & Cline 1987), the line is smoothed around the same pixels; holes are
    filled.

    counts: float32 (rows, cols).
    """
    rows, cols = counts.shape
    peak_row, peak_col = peak_near(counts, x, y)
    maximum = float(counts[peak_row, peak_col])
    if not maximum > 0:
        return None
    level = share * maximum
    half: float = _FIRST_HALF
    while True:
        size = int(half)
        top, left = max(peak_row - size, 0), max(peak_col - size, 0)
        box = counts[top : peak_row + size + 1, left : peak_col + size + 1]
        inside = _part_of(box >= level, peak_row - top, peak_col - left)
        open_sides = (
            (inside[0].any() and top > 0)
            or (inside[-1].any() and top + box.shape[0] < rows)
            or (inside[:, 0].any() and left > 0)
            or (inside[:, -1].any() and left + box.shape[1] < cols)
        )
        if not open_sides or size >= _LAST_HALF:
            break
        half = min(half * _GROWTH, _LAST_HALF)
    ring = _ring(box, level, peak_row - top, peak_col - left)
    if ring is None:
        return None
    return Isocontour(
        np.clip(ring + np.array((left, top)), 0, (cols, rows)), maximum, level, whole=not open_sides
    )


def peak_near(counts: Counts, x: float, y: float) -> tuple[int, int]:
    """Row and column of the highest pixel within three of an image position; counts: float32 (rows, cols)."""
    rows, cols = counts.shape
    row, col = min(max(int(y), 0), rows - 1), min(max(int(x), 0), cols - 1)
    top, left = max(row - _SNAP, 0), max(col - _SNAP, 0)
    near = counts[top : row + _SNAP + 1, left : col + _SNAP + 1]
    place = np.unravel_index(int(near.argmax()), near.shape)
    return top + int(place[0]), left + int(place[1])


def fenced(counts: Counts, lines: Iterable[Sequence[tuple[float, float]]]) -> Counts:
    """Counts without any where lines run, so that no contour crosses them; float32 (rows, cols), as given.

    `lines`: places (x, y) in image pixels; without lines the counts themselves come back.
    """
    rows, cols = counts.shape
    kept = counts
    for line in lines:
        kept = kept.copy() if kept is counts else kept
        for (x1, y1), (x2, y2) in pairwise(line):
            steps = max(int(4 * max(abs(x2 - x1), abs(y2 - y1))), 1)
            across = np.clip(np.linspace(x1, x2, steps + 1).astype(int), 0, cols - 1)
            down = np.clip(np.linspace(y1, y2, steps + 1).astype(int), 0, rows - 1)
            kept[down, across] = 0
            kept[down, np.minimum(across + 1, cols - 1)] = 0  # no way through between two corners
    return kept


def smoothed(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed line of marching squares without its noise, around the same pixels; float64 (n, 2) both.

    Each vertex lies on an edge of the grid of pixel centres, between one inside and one outside. It moves
    along that edge alone, so that no centre changes sides: towards the mean of its neighbours, and a little
    farther back again, which keeps the area (Taubin, SIGGRAPH 1995).
    """
    ring = line[:-1]
    free = np.abs(ring - np.round(ring)) > _ON_GRID
    least, most = np.floor(ring) + _CLEAR, np.ceil(ring) - _CLEAR
    for step in _STEPS * _SMOOTHINGS:
        mean = (np.roll(ring, 1, axis=0) + np.roll(ring, -1, axis=0)) / 2
        ring = np.where(free, np.clip(ring + step * (mean - ring), least, most), ring)
    return np.concatenate([ring, ring[:1]])


def load_libraries() -> None:
    """Import what contours and strokes need: half a second that a first click must not wait for."""
    import scipy.ndimage
    import shapely
    import skimage.measure

    _ = (scipy.ndimage, shapely, skimage.measure.find_contours)


def _part_of(mask: np.ndarray, row: int, col: int) -> np.ndarray:
    """The connected part of a mask, bool (rows, cols), that holds one pixel."""
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    return np.asarray(parts == parts[row, col])


def _ring(box: Counts, level: float, row: int, col: int) -> Vertices | None:
    """The innermost line at a level around a pixel of a box; (x, y) from the corner of the box."""
    from shapely import Point, Polygon
    from skimage.measure import find_contours

    below = min(float(box.min()), 0.0) - level
    padded = np.pad(box.astype(np.float64), 1, constant_values=below)
    peak = Point(col + 0.5, row + 0.5)
    around = []
    for line in find_contours(padded, level):  # type: ignore[no-untyped-call]
        shape = Polygon(line[:, ::-1] - 0.5) if len(line) > 3 else None
        if shape is not None and shape.intersects(peak):
            around.append((shape.area, line))
    if not around:
        return None
    _, innermost = min(around, key=lambda each: each[0])
    simple = Polygon(smoothed(innermost)[:, ::-1] - 0.5).simplify(_TOLERANCE)
    return np.asarray(simple.exterior.coords, np.float64)[:-1]

"""Areas, hits and masks of outlines; x along columns, y along rows, first pixel centre at (0.5, 0.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.annotation.region import Region, Vertices
from app.errors import AppError

if TYPE_CHECKING:
    from shapely import Polygon

Mask = NDArray[np.bool_]
_LEAST_AREA = 0.25
"""Image pixels; an outline smaller than this is a slip, not a lesion."""
_MAIN_PART = 0.9
"""Share of the area that one part must have for a crossing outline to be taken as that part."""


def area(vertices: ArrayLike) -> float:
    """Area inside an outline in pixels, by the shoelace formula; `vertices`: float64 (n, 2)."""
    x, y = np.asarray(vertices, np.float64).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def contains(vertices: ArrayLike, x: float, y: float) -> bool:
    """Whether a point lies inside an outline, even-odd rule; `vertices`: float64 (n, 2)."""
    return bool(_inside(np.asarray(vertices, np.float64), np.array([x]), np.array([y]))[0, 0])


def to_mask(vertices: ArrayLike, shape: tuple[int, int]) -> Mask:
    """The pixels whose centres lie inside an outline; bool (rows, cols).

    Half-open like a scan-line fill: outlines that share an edge never share a pixel and leave none out.
    """
    outline = np.asarray(vertices, np.float64)
    mask = np.zeros(shape, np.bool_)
    low = np.clip(np.floor(outline.min(axis=0)).astype(int), 0, (shape[1], shape[0]))
    high = np.clip(np.ceil(outline.max(axis=0)).astype(int), 0, (shape[1], shape[0]))
    columns, rows = np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5
    mask[low[1] : high[1], low[0] : high[0]] = _inside(outline, columns, rows)
    return mask


def _inside(outline: Vertices, x: NDArray[np.float64], y: NDArray[np.float64]) -> Mask:
    """Even-odd rule on a grid of columns x (m,) and rows y (k,); bool (k, m)."""
    inside = np.zeros((y.size, x.size), np.bool_)
    for (x1, y1), (x2, y2) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        crossed = (y1 <= y) != (y2 <= y)
        if crossed.any():
            # from the lower end to the upper, whichever way it is drawn: a shared edge is cut at one place
            (xa, ya), (xb, yb) = sorted(((x1, y1), (x2, y2)), key=lambda end: (end[1], end[0]))
            meets = xa + (y[crossed] - ya) * ((xb - xa) / (yb - ya))
            inside[crossed] ^= meets[:, None] <= x[None, :]
    return inside


def from_mask(mask: Mask) -> tuple[Vertices, ...]:
    """The outer outlines of the connected parts of a mask, bool (rows, cols); each float64 (n, 2).

    Holes are filled. `to_mask` of the outlines gives the mask back where it has no holes. Contours after
    Lorensen & Cline, SIGGRAPH 1987 (marching squares).
    """
    from skimage.measure import find_contours

    padded = np.pad(np.asarray(mask, np.float64), 1)
    outlines = []
    for contour in find_contours(padded, 0.5, fully_connected="low"):  # type: ignore[no-untyped-call]
        ring = contour[:-1, ::-1] - 0.5  # (row, col) of centres in the padded grid to (x, y)
        x, y = ring.T
        if np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)) < 0:  # holes run the other way round
            continue
        outlines.append(ring)
    return tuple(outlines)


def clip(vertices: ArrayLike, size: tuple[float, float]) -> Vertices:
    """The vertices, each moved to the nearest place on an image of `size` (columns, rows); float64 (n, 2)."""
    return np.clip(np.asarray(vertices, np.float64), 0.0, np.asarray(size, np.float64))


def repair(vertices: ArrayLike) -> Vertices:
    """A simple outline of the same region; float64 (n, 2), not closed, n >= 3.

    Repeated vertices go. An outline that crosses itself is taken apart (shapely's make_valid) and its main
    part kept when that is nearly all of it.

    Raises AppError when there are fewer than three vertices, nothing inside, or several parts.
    """
    outline = _opened(vertices)
    parts = _valid_parts(outline)
    if parts is None:
        return outline
    main = max(parts, key=lambda part: part.area)
    if main.area < _MAIN_PART * sum(part.area for part in parts):
        raise AppError("The outline crosses itself.", "Undo the last vertices, or draw two outlines.")
    return np.asarray(main.exterior.coords, np.float64)[:-1]


def pieces(vertices: ArrayLike) -> tuple[Vertices, ...]:
    """Simple outlines that together hold what one outline holds by the even-odd rule; each float64 (n, 2).

    A simple outline stays as it is. Of one that enters a hole through a slit, or crosses itself, nothing is
    filled and nothing lost: it becomes several that meet. Raises AppError where there is nothing inside.
    """
    outline = _opened(vertices)
    parts = _valid_parts(outline)
    if parts is None:
        return (outline,)
    simple = [piece for part in parts for piece in without_holes(part)]
    return tuple(np.asarray(piece.exterior.coords, np.float64)[:-1] for piece in simple)


def without_holes(shape: Polygon, least_area: float = 0.0) -> list[Polygon]:
    """A shape cut through its holes, so that every piece is one outline; smaller pieces are left out."""
    from shapely import box

    if not len(shape.interiors):
        return [shape]
    least_x, least_y, most_x, most_y = shape.bounds
    middle = shape.interiors[0].centroid.x
    halves = (box(least_x, least_y, middle, most_y), box(middle, least_y, most_x, most_y))
    return [
        piece
        for half in halves
        for part in polygons(shape.intersection(half))
        if part.area > least_area
        for piece in without_holes(part, least_area)
    ]


def polygons(shape: object) -> list[Polygon]:
    """The polygons that a shape consists of."""
    from shapely import Polygon

    if isinstance(shape, Polygon):
        return [shape]
    return [part for inner in getattr(shape, "geoms", ()) for part in polygons(inner)]


def _opened(vertices: ArrayLike) -> Vertices:
    """An outline without repeated vertices, not closed; AppError for fewer than three or nothing inside."""
    outline = np.asarray(vertices, np.float64).reshape(-1, 2)
    if len(outline):
        apart = np.any(np.abs(np.diff(outline, axis=0)) > 1e-9, axis=1)
        outline = outline[np.concatenate([[True], apart])]
        closed = len(outline) > 1 and np.allclose(outline[0], outline[-1], rtol=0, atol=1e-9)
        outline = outline[:-1] if closed else outline
    if len(np.unique(outline, axis=0)) < 3:
        raise AppError("An outline needs at least three vertices.", "Add vertices, or use the point tool.")
    return outline


def _valid_parts(outline: Vertices) -> list[Polygon] | None:
    """The parts of an outline that crosses or touches itself, None for a simple one; AppError for none."""
    from shapely import Polygon, make_valid

    drawn = Polygon(outline)
    parts = None if drawn.is_valid else [part for part in polygons(make_valid(drawn)) if part.area > 0]
    if (drawn.area if parts is None else sum(part.area for part in parts)) < _LEAST_AREA:
        raise AppError("The outline has nothing inside.", "Draw around the lesion, or use the point tool.")
    return parts


def nearest_vertex(vertices: Vertices, x: float, y: float, reach: float) -> int | None:
    """The index of the vertex, of float64 (n, 2), closest to a point; None beyond `reach` pixels."""
    distances = np.hypot(*(vertices - (x, y)).T)
    nearest = int(distances.argmin())
    return nearest if distances[nearest] <= reach else None


def nearest_edge(vertices: Vertices, x: float, y: float, reach: float) -> int | None:
    """The index of the edge (from that vertex, of float64 (n, 2), to the next) closest to a point; None
    beyond `reach` pixels.
    """
    if len(vertices) < 2:
        return None
    along = np.roll(vertices, -1, axis=0) - vertices
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    place = np.clip((((x, y) - vertices) * along).sum(axis=1) / length, 0, 1)
    distances = np.hypot(*(vertices + place[:, None] * along - (x, y)).T)
    nearest = int(distances.argmin())
    return nearest if distances[nearest] <= reach else None


def region_at(regions: Iterable[Region], x: float, y: float, reach: float) -> Region | None:
    """The region under a point: within `reach` pixels of its line or point, or the smallest that holds it."""
    holding = []
    for region in regions:
        if nearest_vertex(region.vertices, x, y, reach) is not None:
            return region
        if nearest_edge(region.vertices, x, y, reach) is not None:
            return region
        if not region.is_point and contains(region.vertices, x, y):
            holding.append(region)
    return min(holding, key=lambda region: area(region.vertices), default=None)

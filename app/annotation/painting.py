"""The brush of a segment editor on outlines: what is painted, where it may go, and what becomes of a lesion.

Annotation in, Annotation out, as in `edits`; AppError says why something cannot be done. A `shape` is what a
stroke covers, a polygon or several in image pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.edits import Size, edited, without
from app.annotation.geometry import polygons, without_holes
from app.annotation.region import Region, Vertices
from app.errors import AppError
from app.scan.scan import Counts, ViewName

if TYPE_CHECKING:
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

_LEAST_AREA = 0.5
_TOLERANCE = 0.1
"""Pixels; strokes leave far more vertices than anybody could move."""
_SPECK = 4.0
"""Pixels: smaller parts above a share are noise."""
_STEP = 1.0
"""Pixels that an outline grows or shrinks at once, and within which it is made smooth."""


NOTHING = "There is nothing to paint here."
ELSEWHERE = "Paint elsewhere, or let the brush paint everything."


class OtherLesions(StrEnum):
    """What a stroke does where another lesion lies."""

    OVER = "over other lesions"
    PROTECT = "beside other lesions"
    OVERWRITE = "instead of other lesions"


class Reshape(StrEnum):
    """What can be done to the outlines of a lesion as a whole."""

    SMOOTH = "Smooth"
    GROW = "Grow"
    SHRINK = "Shrink"
    FILL = "Fill holes"


def stroke(path: Vertices, radius: float) -> Vertices:
    """The outline of a brush drawn along a path, float64 (n, 2) both; `radius` in image pixels."""
    return _vertices(_stroke(path, radius))


def stroke_shape(path: Vertices, radius: float, size: Size) -> BaseGeometry:
    """What a brush covers along a path, float64 (n, 2), on an image of `size`; `radius` in image pixels."""
    from shapely import box

    return _stroke(path, radius).intersection(box(0, 0, *size))


def outlines_of(shape: BaseGeometry) -> tuple[Vertices, ...]:
    """The outlines that a shape needs, the largest first; each float64 (n, 2). None has a hole."""
    return tuple(_vertices(piece) for piece in sorted(_pieces(shape), key=lambda piece: -piece.area))


def touches(region: Region, shape: BaseGeometry) -> bool:
    """Whether a region has something in common with a shape; a point has not."""
    return not region.is_point and bool(_polygon(region).intersects(shape))


def above(shape: BaseGeometry, counts: Counts, share: float) -> BaseGeometry:
    """The part of a shape with at least a share of the highest count in it, without specks.

    Counts are interpolated linearly between pixel centres (marching squares, Lorensen & Cline 1987).
    counts: float32 (rows, cols).
    """
    from shapely import Polygon, make_valid, unary_union
    from skimage.measure import find_contours

    rows, cols = counts.shape
    left, top, right, bottom = shape.bounds
    top_row, left_col = max(int(top) - 1, 0), max(int(left) - 1, 0)
    window = counts[top_row : min(int(bottom) + 2, rows), left_col : min(int(right) + 2, cols)]
    level = share * float(window.max(initial=0.0))
    padded = np.pad(window.astype(np.float64), 1, constant_values=min(float(window.min()), 0.0) - 1)
    found: BaseGeometry = Polygon()
    for line in find_contours(padded, level):  # type: ignore[no-untyped-call]
        if len(line) > 3:  # a line inside another one is a hole
            ring = make_valid(Polygon(line[:, ::-1] - 0.5 + (left_col, top_row)))
            found = found.symmetric_difference(ring)
    hot = shape.intersection(found)
    return unary_union([part for part in polygons(hot) if part.area >= _SPECK])


def beside(shape: BaseGeometry, annotation: Annotation, view: ViewName, lesion: str) -> BaseGeometry:
    """A shape without what belongs to other lesions of the view."""
    for region in _others(annotation, view, lesion):
        shape = shape.difference(_polygon(region))
    return shape


def taken_away(annotation: Annotation, view: ViewName, lesion: str, shape: BaseGeometry) -> Annotation:
    """The annotation whose other lesions of the view have lost what a shape covers."""
    for region in _others(annotation, view, lesion):
        if _polygon(region).intersects(shape):
            annotation = erase(annotation, region.uuid, shape)
    return annotation


def paint(annotation: Annotation, uuid: str, shape: BaseGeometry) -> Annotation:
    """A region with a shape added; what does not touch it becomes another outline of its lesion.

    Raises AppError where the shape has no area.
    """
    region = annotation.region(uuid)
    mine = _polygon(region)
    touching = [part for part in polygons(shape) if part.intersects(mine)]
    apart = [part for part in polygons(shape) if part.area >= _LEAST_AREA and not part.intersects(mine)]
    if not touching and not apart:
        raise AppError(NOTHING, ELSEWHERE)
    if touching:
        from shapely import unary_union

        annotation = _with_pieces(annotation, region, _pieces(unary_union([mine, *touching])))
    return add_to_lesion(annotation, region, region.view, apart)


def add_to_lesion(
    annotation: Annotation, region: Region, view: ViewName, parts: Iterable[BaseGeometry]
) -> Annotation:
    """The lesion of a region with further outlines on a view."""
    made = tuple(
        replace(region, view=view, vertices=_vertices(piece), uuid=uuid4().hex, source=edited(region))
        for part in parts
        for piece in _pieces(part)
    )
    return replace(annotation, regions=(*annotation.regions, *made))


def erase(annotation: Annotation, uuid: str, shape: BaseGeometry) -> Annotation:
    """A region with a shape taken away; what falls apart stays one lesion, nothing left is gone."""
    region = annotation.region(uuid)
    pieces = _pieces(_polygon(region).difference(shape))
    return _with_pieces(annotation, region, pieces) if pieces else without(annotation, (uuid,))


def reshape(
    annotation: Annotation, uuids: Iterable[str], how: Reshape, sizes: Mapping[ViewName, Size]
) -> Annotation:
    """Every lesion of some regions smoother, larger or smaller by a pixel, or without holes.

    The outlines of a lesion on one view that touch are one. Raises AppError when nothing would be left.
    """
    from shapely import box, unary_union

    lesions = dict.fromkeys(annotation.region(uuid).lesion for uuid in uuids)
    for lesion in lesions:
        for view, size in sizes.items():
            mine = [r for r in annotation.on(view) if r.lesion == lesion and not r.is_point]
            if not mine:
                continue
            whole = _reshaped(unary_union([_polygon(region) for region in mine]), how)
            pieces = _pieces(whole.intersection(box(0, 0, *size)))
            if not pieces:
                raise AppError("Nothing of the lesion would be left.", "Delete it (Del).")
            annotation = without(annotation, (region.uuid for region in mine[1:]))
            annotation = _with_pieces(annotation, mine[0], pieces)
    return annotation


def _reshaped(shape: BaseGeometry, how: Reshape) -> BaseGeometry:
    from shapely import Polygon, unary_union

    match how:
        case Reshape.GROW:
            return shape.buffer(_STEP)
        case Reshape.SHRINK:
            return shape.buffer(-_STEP)
        case Reshape.SMOOTH:  # corners out, then corners in (opening and closing by a disc)
            return shape.buffer(-_STEP).buffer(2 * _STEP).buffer(-_STEP) or shape
    near = shape.buffer(_TOLERANCE)
    return unary_union([Polygon(part.exterior) for part in polygons(near)]).buffer(-_TOLERANCE)


def _others(annotation: Annotation, view: ViewName, lesion: str) -> list[Region]:
    return [region for region in annotation.on(view) if region.lesion != lesion and not region.is_point]


def _pieces(shape: BaseGeometry) -> list[Polygon]:
    """The outlines that a shape needs: none has a hole, none is a speck."""
    parts = (part for part in polygons(shape) if part.area >= _LEAST_AREA)
    return [piece for part in parts for piece in without_holes(part, _LEAST_AREA)]


def _polygon(region: Region) -> BaseGeometry:
    from shapely import Polygon, make_valid

    return make_valid(Polygon(region.vertices))


def _with_pieces(annotation: Annotation, region: Region, pieces: Sequence[Polygon]) -> Annotation:
    """The region replaced by its pieces: the largest keeps its identity."""
    ordered = sorted(pieces, key=lambda piece: -piece.area)
    made = [
        replace(
            region,
            vertices=_vertices(piece),
            uuid=region.uuid if place == 0 else uuid4().hex,
            source=edited(region),
        )
        for place, piece in enumerate(ordered)
    ]
    regions = [new for r in annotation.regions for new in (made if r.uuid == region.uuid else (r,))]
    return replace(annotation, regions=tuple(regions))


def _stroke(path: Vertices, radius: float) -> Polygon:
    from shapely import LineString, Point, Polygon

    centre = Point(path[0]) if len(path) == 1 else LineString(path)
    drawn = centre.buffer(radius, quad_segs=6).simplify(_TOLERANCE)
    if len(drawn.interiors):  # a stroke that closes on itself is meant as a whole
        return Polygon(drawn.exterior)
    return drawn


def _vertices(shape: Polygon) -> Vertices:
    return np.asarray(shape.simplify(_TOLERANCE).exterior.coords, np.float64)[:-1]

"""Which regions show one place from both sides: the posterior view is the anterior one in a mirror."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from app.annotation.label_set import Size
from app.annotation.region import Region, Vertices
from app.scan.scan import ViewName

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

REACH = 5.0
"""Pixels by which the mirrored place on the other view may be off to be the same."""

Sizes = Mapping[ViewName, Size]


def mirrored(vertices: ArrayLike, size: tuple[float, float], other_size: tuple[float, float]) -> Vertices:
    """Where vertices lie on the other view, float64 (n, 2) pixels both; sizes are columns and rows."""
    share = np.asarray(vertices, np.float64) / np.asarray(size, np.float64)
    share[:, 0] = 1 - share[:, 0]
    return share * np.asarray(other_size, np.float64)


def overlap(one: Region, other: Region, sizes: Sizes) -> float:
    """The area in pixels that two regions of different views share once one of them is mirrored.

    Both are widened by half of `REACH` for what two detectors are off, so that points share something too.
    0 for regions of one view, or of a view that `sizes` (columns and rows of the views) does not have.
    """
    if one.view is other.view or one.view not in sizes or other.view not in sizes:
        return 0.0
    front, back = (one, other) if one.view is ViewName.ANTERIOR else (other, one)
    seen = mirrored(back.vertices, sizes[back.view], sizes[front.view])
    gap = np.maximum(front.vertices.min(axis=0), seen.min(axis=0)) - np.minimum(
        front.vertices.max(axis=0), seen.max(axis=0)
    )
    if gap.max() > REACH:
        return 0.0
    return float(_widened(front.vertices).intersection(_widened(seen)).area)


def partner(region: Region, others: Iterable[Region], sizes: Sizes) -> Region | None:
    """The region at the mirrored place of the other view that is not yet on both views.

    One of the same class comes before others, of several the one that overlaps most; None where there is none
    or the region itself is linked already. `sizes`: columns and rows of the views.
    """
    others = [other for other in others if other.uuid != region.uuid]
    here = {other.lesion for other in others if other.view is region.view}
    there = [other for other in others if other.view is not region.view]
    if region.lesion in {other.lesion for other in there}:
        return None
    shared = {
        other.uuid: area
        for other in there
        if other.lesion not in here and (area := overlap(region, other, sizes)) > 0
    }
    return max(
        (other for other in there if other.uuid in shared),
        key=lambda other: (other.label == region.label, shared[other.uuid]),
        default=None,
    )


def pairs(regions: Iterable[Region], sizes: Sizes) -> list[tuple[str, str]]:
    """Lesions of one view alone that are one by class and place, as (anterior, posterior).

    The largest overlap comes first; each lesion has at most one partner. `sizes`: columns and rows of views.
    """
    given = list(regions)
    views: dict[str, set[ViewName]] = {}
    for region in given:
        views.setdefault(region.lesion, set()).add(region.view)
    single = [region for region in given if len(views[region.lesion]) == 1]
    shared: dict[tuple[str, str], float] = {}
    for front in (region for region in single if region.view is ViewName.ANTERIOR):
        for back in (region for region in single if region.view is ViewName.POSTERIOR):
            if front.label == back.label and (area := overlap(front, back, sizes)):
                pair = (front.lesion, back.lesion)
                shared[pair] = shared.get(pair, 0.0) + area
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    for pair in sorted(shared, key=lambda pair: -shared[pair]):
        if taken.isdisjoint(pair):
            found.append(pair)
            taken.update(pair)
    return found


def _widened(vertices: Vertices) -> BaseGeometry:
    from shapely import Point, Polygon, make_valid

    drawn = Polygon(vertices) if len(vertices) > 2 else Point(vertices[0])
    return make_valid(drawn).buffer(REACH / 2)

"""Edits that make regions of regions: duplicate, merge; and lesions of regions: link, unlink.

Annotation in, Annotation out, as in `edits`; AppError says why something cannot be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from app.annotation import one_lesion
from app.annotation.annotation import Annotation
from app.annotation.edits import Size, add, change, edited
from app.annotation.region import Vertices
from app.errors import AppError
from app.scan.scan import ViewName

if TYPE_CHECKING:
    from shapely import Polygon

_APART = 4.0
"""Pixels between a region and its duplicate."""
_TOLERANCE = 0.1
"""Pixels."""


def duplicate(annotation: Annotation, uuids: Iterable[str], sizes: Mapping[ViewName, Size]) -> Annotation:
    """Copies of regions close by; copies of one lesion are one lesion too. `sizes`: of the views."""
    lesions: dict[str, str] = {}
    for uuid in uuids:
        region = annotation.region(uuid)
        size = sizes[region.view]
        most, limit = region.vertices.max(axis=0), np.asarray(size, np.float64)
        step = np.where(most + _APART <= limit, _APART, -_APART)
        lesion = lesions.setdefault(region.lesion, uuid4().hex)
        copy = replace(region, vertices=region.vertices + step, uuid=uuid4().hex, lesion=lesion)
        annotation = add(annotation, copy, size)
    return annotation


def merge(annotation: Annotation, uuid: str) -> Annotation:
    """A region and all those of its view that it overlaps or touches as one, with its class and lesion.

    Raises AppError when it touches none, or the whole would have a hole.
    """
    from shapely import Polygon, unary_union

    region = annotation.region(uuid)
    others = [r for r in annotation.on(region.view) if r.uuid != uuid and not r.is_point]
    mine = Polygon(region.vertices) if not region.is_point else None
    touching = [r for r in others if mine is not None and mine.intersects(Polygon(r.vertices))]
    if not touching:
        raise AppError("The region touches no other.", "Move or paint it until they overlap.")
    whole = unary_union([Polygon(r.vertices) for r in (region, *touching)])
    if whole.geom_type != "Polygon":
        raise AppError("The regions touch in single points only.", "Paint them together with the brush.")
    if len(whole.interiors):
        raise AppError("The merged region would have a hole.", "Fill it with the brush first.")
    merged = replace(region, vertices=_vertices(whole), source=edited(region))
    gone = {r.uuid for r in touching}
    kept = (merged if r.uuid == uuid else r for r in annotation.regions if r.uuid not in gone)
    return replace(annotation, regions=tuple(kept))


def link(annotation: Annotation, uuids: Sequence[str]) -> Annotation:
    """Regions as one lesion: that of the first, with its class, and its bone unless a person named another's.

    What was said of several is said of the whole; the first confidence that somebody gave stands.

    Raises AppError for fewer than two.
    """
    if len(set(uuids)) < 2:
        raise AppError("One region alone cannot be linked.", "Select the regions of one lesion in the list.")
    regions = [annotation.region(uuid) for uuid in uuids]
    first = regions[0]
    with_bone = sorted(
        (region for region in regions if region.bone), key=lambda region: region.bone_suggested
    )
    named = next(iter(with_bone), first)
    for uuid in uuids[1:]:
        annotation = change(annotation, uuid, lesion=first.lesion)
    return one_lesion.change_whole(
        annotation,
        first.lesion,
        label=first.label,
        bone=named.bone,
        bone_suggested=named.bone_suggested,
        rating=next((region.rating for region in regions if region.rating is not None), None),
        comment="; ".join(dict.fromkeys(region.comment for region in regions if region.comment)),
    )


def unlink(annotation: Annotation, uuid: str) -> Annotation:
    """A region as a lesion of its own; raises AppError when it is one already."""
    region = annotation.region(uuid)
    if sum(r.lesion == region.lesion for r in annotation.regions) < 2:
        raise AppError("The region is a lesion of its own already.")
    return change(annotation, uuid, lesion=uuid4().hex)


def _vertices(shape: Polygon) -> Vertices:
    return np.asarray(shape.simplify(_TOLERANCE).exterior.coords, np.float64)[:-1]

"""Everything that can be done to an annotation: Annotation in, Annotation out.

`size` is (columns, rows) of the image. KeyError for a region that is not there; AppError for an outline that
cannot stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import uuid4

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.geometry import clip, repair
from app.annotation.opposite import mirrored
from app.annotation.region import Region, RegionSource, Vertices
from app.errors import AppError
from app.scan.scan import ViewName

Size = tuple[float, float]


def add(annotation: Annotation, region: Region, size: Size) -> Annotation:
    """One region more, kept on the image and repaired."""
    sound = replace(region, vertices=_sound(region.vertices, size, region.is_point))
    return replace(annotation, regions=(*annotation.regions, sound))


def remove(annotation: Annotation, uuid: str) -> Annotation:
    """One region less."""
    annotation.region(uuid)
    return without(annotation, (uuid,))


def without(annotation: Annotation, uuids: Iterable[str]) -> Annotation:
    """Several regions less; what a machine proposed is rejected, once nothing of its lesion is left."""
    gone = set(uuids)
    kept = tuple(region for region in annotation.regions if region.uuid not in gone)
    lesions = {region.lesion for region in kept}
    rejected = (
        region
        for region in annotation.regions
        if region.uuid in gone and region.source is not RegionSource.READER and region.lesion not in lesions
    )
    return replace(annotation, regions=kept, rejected=(*annotation.rejected, *rejected))


def change(annotation: Annotation, uuid: str, **fields: object) -> Annotation:
    """Another label, rating, bone or lesion for one region; a bone is a person's unless it says otherwise."""
    if "bone" in fields:
        fields.setdefault("bone_suggested", False)
    changed = replace(annotation.region(uuid), **fields)  # type: ignore[arg-type]
    return replace(annotation, regions=tuple(changed if r.uuid == uuid else r for r in annotation.regions))


def relabelled(annotation: Annotation, names: Mapping[str, str]) -> Annotation:
    """Other labels for all regions whose label has a new name."""
    regions = tuple(
        replace(region, label=names[region.label]) if region.label in names else region
        for region in annotation.regions
    )
    return replace(annotation, regions=regions)


def move_vertex(annotation: Annotation, uuid: str, index: int, x: float, y: float, size: Size) -> Annotation:
    """One vertex of a region at another place."""
    vertices = annotation.region(uuid).vertices.copy()
    vertices[index] = (x, y)
    return _reshape(annotation, uuid, vertices, size)


def insert_vertex(annotation: Annotation, uuid: str, edge: int, x: float, y: float, size: Size) -> Annotation:
    """One vertex more on the edge that follows vertex `edge`."""
    return _reshape(
        annotation, uuid, np.insert(annotation.region(uuid).vertices, edge + 1, (x, y), axis=0), size
    )


def remove_vertex(annotation: Annotation, uuid: str, index: int, size: Size) -> Annotation:
    """One vertex less; an outline keeps at least three."""
    return _reshape(annotation, uuid, np.delete(annotation.region(uuid).vertices, index, axis=0), size)


def move(annotation: Annotation, uuid: str, dx: float, dy: float, size: Size) -> Annotation:
    """A region moved as a whole, no further than the edge of the image, its shape kept."""
    vertices = annotation.region(uuid).vertices
    least, most = vertices.min(axis=0), vertices.max(axis=0)
    step = np.minimum(np.maximum((dx, dy), -least), np.asarray(size) - most)
    return _reshape(annotation, uuid, vertices + step, size)


def mirror(annotation: Annotation, uuid: str, size: Size, other_size: Size) -> Annotation:
    """A copy of a region at the mirrored place of the other view: the same lesion from the other side."""
    region = annotation.region(uuid)
    other = ViewName.POSTERIOR if region.view is ViewName.ANTERIOR else ViewName.ANTERIOR
    there = mirrored(region.vertices, size, other_size)
    copy = replace(region, view=other, vertices=there, uuid=uuid4().hex, source=edited(region))
    return add(annotation, copy, other_size)


def split(
    annotation: Annotation, uuid: str, start: tuple[float, float], end: tuple[float, float]
) -> Annotation:
    """A region cut in two along a straight line; both parts keep its label and lesion.

    Raises AppError when the line does not go right through.
    """
    from shapely import LineString, Polygon
    from shapely.ops import split as cut

    region = annotation.region(uuid)
    parts = [] if region.is_point else list(cut(Polygon(region.vertices), LineString([start, end])).geoms)
    if len(parts) < 2:
        raise AppError("The line does not cut the outline in two.", "Draw it from outside to outside.")
    pieces = tuple(
        replace(
            region, vertices=np.asarray(part.exterior.coords)[:-1], uuid=uuid4().hex, source=edited(region)
        )
        for part in parts
    )
    regions = [piece for r in annotation.regions for piece in (pieces if r.uuid == uuid else (r,))]
    return replace(annotation, regions=tuple(regions))


def accept(annotation: Annotation, uuids: Iterable[str]) -> Annotation:
    """Proposals that a person agrees with; regions that are none stay as they are."""
    chosen = set(uuids)
    regions = tuple(
        replace(region, source=RegionSource.AI_ACCEPTED)
        if region.uuid in chosen and region.source is RegionSource.AI
        else region
        for region in annotation.regions
    )
    return replace(annotation, regions=regions)


def without_proposals(annotation: Annotation) -> Annotation:
    """What a person stands for: no region that nobody has looked at."""
    kept = tuple(region for region in annotation.regions if region.source is not RegionSource.AI)
    return annotation if len(kept) == len(annotation.regions) else replace(annotation, regions=kept)


def _reshape(annotation: Annotation, uuid: str, vertices: Vertices, size: Size) -> Annotation:
    region = annotation.region(uuid)
    sound = _sound(vertices, size, region.is_point)
    return change(annotation, uuid, vertices=sound, source=edited(region))


def edited(region: Region) -> RegionSource:
    """The source of a region once a person has changed it."""
    return region.source if region.source is RegionSource.READER else RegionSource.AI_EDITED


def _sound(vertices: Vertices, size: Size, is_point: bool) -> Vertices:
    on_image = clip(vertices, size)
    return on_image if is_point else repair(on_image)

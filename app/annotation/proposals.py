"""Proposals among the regions of an annotation: which wait, which comes next, which are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.edits import without_proposals
from app.annotation.geometry import contains, to_mask
from app.annotation.region import Region, RegionSource
from app.annotation.since_prior import PRIOR
from app.scan.scan import ViewName

_SAME = 0.3
"""Share of the smaller of two regions that must be common for them to be the same focus."""


def waiting(annotation: Annotation) -> tuple[str, ...]:
    """The regions that nobody has judged yet, in their order."""
    return tuple(region.uuid for region in _waiting(annotation))


def _waiting(annotation: Annotation) -> tuple[Region, ...]:
    return tuple(region for region in annotation.regions if region.source is RegionSource.AI)


def waiting_lesions(annotation: Annotation) -> int:
    """How many proposals wait: what is proposed on both views is one."""
    return len({region.lesion for region in _waiting(annotation)})


def rejected_lesions(annotation: Annotation) -> int:
    """How many proposals were rejected: what was proposed on both views is one."""
    return len({region.lesion for region in annotation.rejected})


def taken_back(annotation: Annotation) -> Annotation:
    """The annotation with what was rejected waiting to be judged again."""
    again = (replace(region, source=RegionSource.AI) for region in annotation.rejected)
    return replace(annotation, regions=(*annotation.regions, *again), rejected=())


def next_waiting(annotation: Annotation, after: str) -> str:
    """The proposal that follows a region, from the first again at the end; "" where none waits."""
    return next_after(annotation, annotation, after)


def next_after(before: Annotation, after: Annotation, uuid: str) -> str:
    """The proposal that still waits and followed a region before a verdict; "" where none waits."""
    order = [region.uuid for region in before.regions]
    start = order.index(uuid) + 1 if uuid in order else 0
    left = set(waiting(after))
    return next((each for each in (*order[start:], *order[:start]) if each in left), "")


def put(annotation: Annotation, regions: Iterable[Region], of_prior: bool = False) -> Annotation:
    """The annotation with these proposals instead of those that waited; a person's regions stay.

    `of_prior`: they come from a prior scan; those of a model wait beside them, and the other way round.
    """
    kept = tuple(
        region
        for region in annotation.regions
        if region.source is not RegionSource.AI or is_of_prior(region) is not of_prior
    )
    return replace(annotation, regions=(*kept, *regions))


def is_of_prior(region: Region) -> bool:
    """Whether a region was first drawn on a prior scan."""
    return region.proposed_by is not None and region.proposed_by.model == PRIOR


def same_regions(one: Annotation, other: Annotation) -> bool:
    """Whether two annotations hold the same regions and rejections, proposals that wait left out."""
    ours, theirs = ((*without_proposals(each).regions, None, *each.rejected) for each in (one, other))
    return len(ours) == len(theirs) and all(map(_equal, ours, theirs))


def not_drawn_yet(
    regions: Iterable[Region],
    annotation: Annotation,
    size_of: Callable[[ViewName], tuple[int, int]],
) -> tuple[Region, ...]:
    """The regions that lie on nothing a person has drawn or accepted, of lesions not rejected on either view.

    Nor on what is proposed otherwise: by a model for those of a prior scan, and the other way round.

    `size_of`: columns and rows of a view.
    """

    def on(region: Region, judged: Iterable[Region]) -> bool:
        return any(
            other.view is region.view and same_place(region, other, size_of(region.view)) for other in judged
        )

    given, drawn = tuple(regions), without_proposals(annotation).regions
    kinds = {is_of_prior(region) for region in given}
    drawn += tuple(each for each in _waiting(annotation) if is_of_prior(each) not in kinds)
    rejected = {region.lesion for region in given if on(region, annotation.rejected)}
    return tuple(region for region in given if region.lesion not in rejected and not on(region, drawn))


def _equal(one: Region | None, other: Region | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one.vertices, other.vertices) and all(
        getattr(one, each.name) == getattr(other, each.name)
        for each in fields(Region)
        if each.name != "vertices"
    )


def same_place(one: Region, other: Region, size: tuple[int, int]) -> bool:
    """Whether two regions of one view show the same focus: more than 30 % of the smaller is common.

    `size`: columns and rows of the view; `one` is no point.
    """
    if other.is_point:
        return contains(one.vertices, *other.vertices[0])
    masks = [to_mask(each.vertices, (size[1], size[0])) for each in (one, other)]
    shared = int(np.logical_and(*masks).sum())
    return shared > _SAME * max(min(int(mask.sum()) for mask in masks), 1)

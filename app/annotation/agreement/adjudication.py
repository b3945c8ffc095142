"""Settling what several people drew, lesion by lesion: where they differ, and whose outline is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from uuid import uuid4

import numpy as np

from app.annotation.agreement.consensus import AgreedLesion, consensus
from app.annotation.agreement.fleiss import fleiss_kappa
from app.annotation.agreement.overlap import hausdorff_95
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable
from app.annotation.edits import without_proposals
from app.annotation.geometry import Mask
from app.annotation.label_set import Size
from app.annotation.masks import outlines, union
from app.annotation.proposals import same_place
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName

Sizes = Mapping[ViewName, Size]
Spacing = tuple[float, float]
"""Of a view's rows and columns."""


class Take(StrEnum):
    """What is taken of several outlines of one lesion, but for that of one person."""

    UNION = "union"
    AGREED = "consensus"
    QUORUM = "quorum"


@dataclass(frozen=True, eq=False)
class Dispute:
    """One lesion that somebody drew, and how each two who saw it agree on the mean, None for one alone.

    `edges`: the 95th percentile of the distances between their edges, on the view where it is larger; in mm
    where `in_mm`, in pixels otherwise.
    """

    agreed: AgreedLesion
    dice: float | None
    edges: float | None = None
    in_mm: bool = False

    @property
    def one_class(self) -> bool:
        """Whether all who saw it gave it one class."""
        return len(self.agreed.votes) == 1


def disputes(
    people: Mapping[str, Annotation],
    sizes: Sizes,
    table: ClassTable | None = None,
    spacing: Mapping[ViewName, Spacing] | None = None,
) -> tuple[Dispute, ...]:
    """Every lesion of several people, with how well they agree on it.

    `sizes`: columns, rows of the views; `table`: their classes, the user's own by default; `spacing`: the
    size of a pixel of all views in mm, None where no file says it.
    """
    return tuple(
        Dispute(lesion, _mean_dice(lesion, sizes), _edges(lesion, sizes, spacing), spacing is not None)
        for lesion in consensus(people, sizes, table)
    )


def of_person(dispute: Dispute, name: str) -> tuple[Region, ...]:
    """One person's outlines of a lesion, as a person's own; none where they did not see it."""
    return _own(dispute.agreed.drawn.get(name, ()))


def taken(dispute: Dispute, how: Take, sizes: Sizes, quorum: int = 2) -> tuple[Region, ...]:
    """The outlines of a lesion that several people make together, with its voted class and bone.

    The union, the STAPLE consensus, or the pixels that `quorum` people have; none where nothing is left.
    """
    agreed = dispute.agreed
    if how is Take.AGREED:
        return _own(agreed.regions)
    needed = 1 if how is Take.UNION else quorum
    lesion = uuid4().hex
    found: list[Region] = []
    for view, size in sizes.items():
        votes = np.sum(list(_masks(agreed, view, size).values()), axis=0, dtype=np.int64)
        found += [
            Region(view, piece, agreed.label, lesion=lesion, bone=agreed.bone)
            for piece in outlines(np.asarray(votes >= needed))
        ]
    return tuple(found)


def settle(annotation: Annotation, dispute: Dispute, regions: Iterable[Region], sizes: Sizes) -> Annotation:
    """The annotation with these outlines of a lesion in place of what it had there."""
    there = set(own_of(annotation, dispute, sizes))
    kept = tuple(region for region in annotation.regions if region not in there)
    return replace(annotation, regions=(*kept, *regions))


def own_of(annotation: Annotation, dispute: Dispute, sizes: Sizes) -> tuple[Region, ...]:
    """What an annotation has of a disputed lesion: every lesion with a region at a place of it."""
    drawn = [region for regions in dispute.agreed.drawn.values() for region in regions]
    lesions = {
        region.lesion
        for region in without_proposals(annotation).regions
        if not region.is_point
        and any(_near(region, each) and same_place(each, region, sizes[each.view]) for each in drawn)
    }
    return tuple(region for region in annotation.regions if region.lesion in lesions)


def dice(one: Sequence[Mask], other: Sequence[Mask]) -> float | None:
    """2 |A B| / (|A| + |B|) over the views together (Dice 1945); None where neither has anything.

    one, other: bool (rows, cols) of each view.
    """
    both = sum(int((a & b).sum()) for a, b in zip(one, other, strict=True))
    each = sum(int(mask.sum()) for mask in (*one, *other))
    return 2 * both / each if each else None


def masks_of(annotation: Annotation, sizes: Sizes) -> list[Mask]:
    """All that a person outlined on each view, whatever its class; bool (rows, cols)."""
    drawn = without_proposals(annotation)
    return [union(drawn.on(view), (size[1], size[0])) for view, size in sizes.items()]


def kappa(people: Iterable[Sequence[Mask]]) -> float | None:
    """Fleiss' kappa over the pixels of all views; people: bool (rows, cols) of each view."""
    flat = [np.concatenate([mask.ravel() for mask in masks]) for masks in people]
    return fleiss_kappa(flat) if len(flat) > 1 else None


def _own(regions: Iterable[Region]) -> tuple[Region, ...]:
    lesion = uuid4().hex
    return tuple(
        replace(region, uuid=uuid4().hex, lesion=lesion, source=RegionSource.READER) for region in regions
    )


def _mean_dice(agreed: AgreedLesion, sizes: Sizes) -> float | None:
    people = [
        [union([r for r in regions if r.view is view], (size[1], size[0])) for view, size in sizes.items()]
        for regions in agreed.drawn.values()
    ]
    found = [value for one, other in combinations(people, 2) if (value := dice(one, other)) is not None]
    return float(np.mean(found)) if found else None


def _edges(agreed: AgreedLesion, sizes: Sizes, spacing: Mapping[ViewName, Spacing] | None) -> float | None:
    masks = {view: _masks(agreed, view, size) for view, size in sizes.items()}
    found = []
    for one, other in combinations(agreed.drawn, 2):
        distances = (
            hausdorff_95(drawn[one], drawn[other], spacing[view] if spacing else (1.0, 1.0))
            for view, drawn in masks.items()
        )
        apart = [distance for distance in distances if distance is not None]
        found += [max(apart)] if apart else []
    return float(np.mean(found)) if found else None


def _masks(agreed: AgreedLesion, view: ViewName, size: Size) -> dict[str, Mask]:
    return {
        name: union([region for region in regions if region.view is view], (size[1], size[0]))
        for name, regions in agreed.drawn.items()
    }


def _near(one: Region, other: Region) -> bool:
    return one.view is other.view and bool(
        (
            np.maximum(one.vertices.min(axis=0), other.vertices.min(axis=0))
            < np.minimum(one.vertices.max(axis=0), other.vertices.max(axis=0))
        ).all()
    )

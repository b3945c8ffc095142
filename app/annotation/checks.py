"""What an annotator should look at before a case is done; nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.annotation.annotation import Annotation
from app.annotation.classes import BLADDER
from app.annotation.edits import without_proposals
from app.annotation.geometry import contains
from app.annotation.label_set import Size
from app.annotation.opposite import pairs
from app.annotation.proposals import waiting
from app.annotation.region import Region
from app.scan.scan import ViewName

_OVERLAP = 0.1
"""Share of the smaller of two outlines that they may have in common: neighbours touch."""
_DUPLICATE = 0.8
"""Share of the area of both together that they have in common when they are one drawn twice."""


class CheckKind(StrEnum):
    """What is looked for, under the name that it has in the protocol of a folder."""

    UNLINKED = "unlinked"
    OVERLAP = "overlap"
    DUPLICATE = "duplicate"
    CLASSES = "two classes"
    SIDES = "sides"
    PROPOSALS = "proposals"
    FIELDS = "fields"
    BLADDER = "bladder"


@dataclass(frozen=True)
class Concern:
    """One thing to look at: what it is in a sentence, and the region to look at, "" for none."""

    kind: CheckKind
    text: str
    uuid: str = ""


def concerns(
    annotation: Annotation,
    sizes: Mapping[ViewName, Size],
    *,
    sides_assumed: bool = False,
    hot_bladder: tuple[float, float] | None = None,
    bladder: str = BLADDER,
    asked: Mapping[str, str] | None = None,
) -> tuple[Concern, ...]:
    """Everything to look at, in the order of `CheckKind`.

    `sizes`: columns and rows of the views; `hot_bladder`: its place on the anterior view, x and y in pixels;
    `bladder`: the class of bladders; `asked`: what every lesion must have an answer to, by key.
    """
    persons = without_proposals(annotation)
    numbers = annotation.lesion_numbers
    found = [
        *_unlinked(persons, sizes, numbers),
        *_overlaps(persons, numbers),
        *_two_classes(persons, numbers),
        *_proposals(annotation, numbers),
    ]
    found += _fields(persons, asked or {}, numbers)
    if sides_assumed:
        found.append(Concern(CheckKind.SIDES, "Nobody has said which view is which."))
    if hot_bladder is not None and not _is_drawn(persons, bladder, *hot_bladder):
        found.append(Concern(CheckKind.BLADDER, "The bladder is hot and not drawn as one."))
    order = list(CheckKind)
    return tuple(sorted(found, key=lambda concern: order.index(concern.kind)))


def _unlinked(
    annotation: Annotation, sizes: Mapping[ViewName, Size], numbers: Mapping[str, int]
) -> Iterator[Concern]:
    for front, back in pairs((r for r in annotation.regions if not r.is_point), sizes):
        uuid = next(region.uuid for region in annotation.regions if region.lesion == back)
        said = f"Lesions {numbers[front]} and {numbers[back]} lie opposite each other and are not linked."
        yield Concern(CheckKind.UNLINKED, said, uuid)


def _overlaps(annotation: Annotation, numbers: Mapping[str, int]) -> Iterator[Concern]:
    from shapely import STRtree

    for view in ViewName:
        drawn = [region for region in annotation.on(view) if not region.is_point]
        shapes = [_shape(region) for region in drawn]
        near = STRtree(shapes).query(shapes, predicate="intersects") if shapes else ((), ())
        for one, other in sorted(zip(*near, strict=True)):
            if one >= other:
                continue
            shared = float(shapes[one].intersection(shapes[other]).area)
            areas = float(shapes[one].area), float(shapes[other].area)
            lesions = dict.fromkeys(str(numbers[drawn[each].lesion]) for each in (one, other))
            names = " and ".join(lesions)
            if shared >= _DUPLICATE * (sum(areas) - shared):
                said = f"Drawn twice at one place of one view: lesion {names}."
                yield Concern(CheckKind.DUPLICATE, said, drawn[other].uuid)
            elif shared > _OVERLAP * min(areas) and drawn[one].lesion != drawn[other].lesion:
                said = f"Lesions {names} overlap: {drawn[one].label} and {drawn[other].label}."
                yield Concern(CheckKind.OVERLAP, said, drawn[other].uuid)


def _two_classes(annotation: Annotation, numbers: Mapping[str, int]) -> Iterator[Concern]:
    seen: set[str] = set()
    for one, other in combinations(annotation.regions, 2):
        if one.lesion == other.lesion and one.label != other.label and one.lesion not in seen:
            seen.add(one.lesion)
            said = f"Lesion {numbers[one.lesion]} is {one.label} and {other.label}."
            yield Concern(CheckKind.CLASSES, said, other.uuid)


def _proposals(annotation: Annotation, numbers: Mapping[str, int]) -> Iterator[Concern]:
    lesions = dict.fromkeys(annotation.region(uuid).lesion for uuid in waiting(annotation))
    for lesion in lesions:
        uuid = next(region.uuid for region in annotation.regions if region.lesion == lesion)
        said = f"Lesion {numbers[lesion]} is proposed and not judged: it will not be in the file."
        yield Concern(CheckKind.PROPOSALS, said, uuid)


def _fields(
    annotation: Annotation, asked: Mapping[str, str], numbers: Mapping[str, int]
) -> Iterator[Concern]:
    for lesion, number in numbers.items():
        region = next((each for each in annotation.regions if each.lesion == lesion), None)
        missing = [text for key, text in asked.items() if region is not None and not region.fields.get(key)]
        if region is not None and missing:
            yield Concern(CheckKind.FIELDS, f"Lesion {number} has no {', '.join(missing)}.", region.uuid)


def _is_drawn(annotation: Annotation, bladder: str, x: float, y: float) -> bool:
    bladders = [region for region in annotation.on(ViewName.ANTERIOR) if region.label == bladder]
    return any(region.is_point or contains(region.vertices, x, y) for region in bladders)


def _shape(region: Region):  # type: ignore[no-untyped-def]  # shapely is imported late
    from shapely import Polygon, make_valid

    return make_valid(Polygon(region.vertices))

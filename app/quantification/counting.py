"""A lesion is one thing: drawn twice it counts once, it has one class, and what may be one is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import METASTASIS, own_table
from app.annotation.label_set import Size
from app.annotation.opposite import pairs
from app.annotation.proposals import same_place
from app.annotation.region import Region
from app.quantification.eod import eod_grade
from app.scan.scan import ViewName
from app.wording import counted

Sizes = Mapping[ViewName, Size]


def counted_once(annotation: Annotation) -> tuple[Annotation, tuple[str, ...]]:
    """The annotation with every outline once and every lesion in one class, and a sentence for each change.

    Outlines are the same where their vertices are, whatever the start and direction. A lesion of several
    classes is a metastasis where a part of it is one, else what most of its regions are; organs stay.
    """
    of_bone = {each.name for each in own_table().classes if each.in_bone}
    given = _merged(annotation.regions, of_bone)
    once = list({_key(region, of_bone): region for region in reversed(given)}.values())[::-1]
    twice = len(given) - len(once)
    labels: dict[str, Counter[str]] = {}
    for region in given:
        if region.label in of_bone:
            labels.setdefault(region.lesion, Counter())[region.label] += 1
    chosen = {
        lesion: METASTASIS if METASTASIS in found else found.most_common(1)[0][0]
        for lesion, found in labels.items()
        if len(found) > 1
    }
    said = []
    if twice:
        said.append(f"{counted(twice, 'outline')} drawn twice at the same place: counted once")
    for lesion, label in chosen.items():
        first = next(region for region in once if region.lesion == lesion)
        said.append(
            f"the lesion at {_place(first)} is {' and '.join(labels[lesion])}: counted once, as {label}"
        )
    regions = tuple(
        replace(region, label=chosen[region.lesion])
        if region.lesion in chosen and region.label in of_bone
        else region
        for region in once
    )
    return replace(annotation, regions=regions), tuple(said)


def unlinked(annotation: Annotation, sizes: Sizes) -> list[tuple[Region, Region]]:
    """Metastases of one view alone that lie opposite one of the other view and are not one lesion with it."""
    ill = [region for region in annotation.regions if region.label == METASTASIS]
    first = {region.lesion: region for region in reversed(ill)}
    return [(first[front], first[back]) for front, back in pairs(ill, sizes)]


def counting_doubts(annotation: Annotation, sizes: Sizes) -> list[str]:
    """Why the number of metastases may be another: opposite, overlapping, and of two bones."""
    ill = [region for region in annotation.regions if region.label == METASTASIS]
    number = len({region.lesion for region in ill})
    doubts = []
    if apart := unlinked(annotation, sizes):
        less = number - len(apart)
        where = "; ".join(f"{_place(front)} and {_place(back)}" for front, back in apart)
        doubts.append(
            f"opposite each other and not linked: {where}. If each pair is one focus, the scan has "
            f"{counted(less, 'lesion')} instead of {number}, extent of disease {eod_grade(less)} instead of "
            f"{eod_grade(number)}"
        )
    for one, other in _overlapping(ill, sizes):
        doubts.append(f"the lesions at {_place(one)} and {_place(other)} overlap: perhaps drawn twice")
    bones: dict[str, dict[str, None]] = {}
    for region in ill:
        if region.bone and not region.bone_suggested:
            bones.setdefault(region.lesion, {})[region.bone] = None
    for lesion, names in bones.items():
        if len(names) > 1:
            first = next(region for region in ill if region.lesion == lesion)
            doubts.append(f"the lesion at {_place(first)} is said to lie in {' and in '.join(names)}")
    return doubts


def _overlapping(ill: list[Region], sizes: Sizes) -> Iterable[tuple[Region, Region]]:
    for place, one in enumerate(ill):
        for other in ill[place + 1 :]:
            if other.view is one.view and other.lesion != one.lesion and not (one.is_point or other.is_point):
                apart = np.maximum(one.vertices.min(axis=0), other.vertices.min(axis=0)) - np.minimum(
                    one.vertices.max(axis=0), other.vertices.max(axis=0)
                )
                if apart.max() < 0 and same_place(one, other, sizes[one.view]):
                    yield one, other


def _merged(regions: Iterable[Region], of_bone: Container[str]) -> list[Region]:
    """The regions; those whose outline an earlier one has are of its lesion, with all linked to them."""
    given = list(regions)
    first: dict[tuple[object, ...], Region] = {}
    lesions: dict[str, str] = {}
    for region in given:
        same = first.setdefault(_key(region, of_bone), region)
        one, other = _root(lesions, region.lesion), _root(lesions, same.lesion)
        if one != other:
            lesions[one] = other
    return [replace(region, lesion=_root(lesions, region.lesion)) for region in given]


def _key(region: Region, of_bone: Container[str]) -> tuple[object, ...]:
    """What makes two regions one: the outline, and the class where it is none of bone."""
    return region.view, "" if region.label in of_bone else region.label, _ring(region)


def _root(lesions: Mapping[str, str], lesion: str) -> str:
    while lesions.get(lesion, lesion) != lesion:
        lesion = lesions[lesion]
    return lesion


def _ring(region: Region) -> bytes:
    """An outline whatever its start and direction."""
    ring = np.round(region.vertices, 6) + 0.0
    if len(ring) > 1 and (ring[0] == ring[-1]).all():
        ring = ring[:-1]
    turned = [np.roll(each, -int(np.lexsort(each.T[::-1])[0]), axis=0) for each in (ring, ring[::-1])]
    return min(each.tobytes() for each in turned)


def _place(region: Region) -> str:
    x, y = region.vertices.mean(axis=0)
    return f"({x:.0f}, {y:.0f}) on the {region.view.value} view"

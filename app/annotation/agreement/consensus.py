"""What several people most likely all meant: one outline, class and bone for each lesion, and who saw it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import numpy as np

from app.annotation.agreement.staple import staple
from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable, own_table
from app.annotation.geometry import Mask
from app.annotation.label_set import Size
from app.annotation.masks import outlines, union
from app.annotation.proposals import same_place
from app.annotation.region import Region
from app.scan.scan import ViewName

_FINDING = ""
"""The group of all classes of bone: what one calls metastasis and another fracture is one lesion."""


@dataclass(frozen=True, eq=False)
class AgreedLesion:
    """One lesion as one or more people saw it.

    `votes`: people by class, `seen_by`: their names. `regions` are its outlines in the consensus, none where
    that leaves it out; `place` is one of the regions that were drawn.
    """

    label: str
    bone: str
    votes: Mapping[str, int]
    seen_by: tuple[str, ...]
    place: Region
    regions: tuple[Region, ...]
    drawn: Mapping[str, tuple[Region, ...]] = field(default_factory=dict)
    """What each of them drew, by name."""

    @property
    def tied(self) -> bool:
        """Whether another class got as many votes."""
        first = self.votes[self.label]
        return sum(number == first for number in self.votes.values()) > 1


@dataclass(frozen=True)
class _Drawn:
    """The regions of one person's lesion that are of one group of classes."""

    person: int
    group: str
    regions: tuple[Region, ...]


def consensus(
    people: Mapping[str, Annotation], sizes: Mapping[ViewName, Size], table: ClassTable | None = None
) -> tuple[AgreedLesion, ...]:
    """All lesions of several people, those that overlap or that somebody linked as one.

    Outlines are those of the STAPLE consensus of each view; class and bone are voted, one vote a person, and
    a tie goes to the class that the table names first. Suggested bones count only where nobody named one.
    Points have no area and take no part. `sizes`: columns and rows of each view;
    `table`: their classes, the user's own by default.
    """
    names, table = list(people), table or own_table()
    drawn = [one for person, name in enumerate(names) for one in _drawn(person, people[name], sizes, table)]
    found: list[AgreedLesion] = []
    for group in dict.fromkeys(one.group for one in drawn):
        lesions = _clusters([one for one in drawn if one.group == group], sizes)
        agreed = {view: _owned(lesions, view, size, len(names)) for view, size in sizes.items()}
        for number, lesion in enumerate(lesions):
            masks = {view: owner == number for view, owner in agreed.items()}
            found.append(_lesion(lesion, names, masks, table))
    return tuple(found)


def _drawn(
    person: int, annotation: Annotation, sizes: Mapping[ViewName, Size], table: ClassTable
) -> Iterator[_Drawn]:
    groups: dict[tuple[str, str], list[Region]] = {}
    for region in annotation.regions:
        if not region.is_point and region.view in sizes:
            group = _FINDING if table.of(region.label).in_bone else region.label
            groups.setdefault((group, region.lesion), []).append(region)
    for (group, _), regions in groups.items():
        yield _Drawn(person, group, tuple(regions))


def _clusters(drawn: list[_Drawn], sizes: Mapping[ViewName, Size]) -> list[list[_Drawn]]:
    """What different people drew at one place of some view, together with all that is linked to it."""
    leader = list(range(len(drawn)))

    def root(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for place, one in enumerate(drawn):
        for before, other in enumerate(drawn[:place]):
            if one.person != other.person and root(place) != root(before) and _meet(one, other, sizes):
                leader[root(place)] = root(before)
    clusters: dict[int, list[_Drawn]] = {}
    for place, one in enumerate(drawn):
        clusters.setdefault(root(place), []).append(one)
    return list(clusters.values())


def _meet(one: _Drawn, other: _Drawn, sizes: Mapping[ViewName, Size]) -> bool:
    return any(
        a.view is b.view
        and (np.maximum(a.vertices.min(axis=0), b.vertices.min(axis=0))
             < np.minimum(a.vertices.max(axis=0), b.vertices.max(axis=0))).all()
        and same_place(a, b, sizes[a.view])
        for a in one.regions
        for b in other.regions
    )  # fmt: skip


def _owned(lesions: list[list[_Drawn]], view: ViewName, size: Size, people: int) -> np.ndarray:
    """For each pixel of the consensus the number of the lesion that most people see there, int64, else -1."""
    shape = (size[1], size[0])
    everything = [np.zeros(shape, np.bool_) for _ in range(people)]
    owner, most = np.full(shape, -1), np.zeros(shape, np.int64)
    for number, lesion in enumerate(lesions):
        votes = np.zeros(shape, np.int64)
        for person in {one.person for one in lesion}:
            mask = _mask([one for one in lesion if one.person == person], view, shape)
            everything[person] |= mask
            votes += mask
        owner[votes > most] = number
        most = np.maximum(votes, most)
    agreed = staple(everything)
    return np.where(agreed.mask, owner, -1) if agreed is not None else owner


def _mask(drawn: list[_Drawn], view: ViewName, shape: tuple[int, int]) -> Mask:
    return union((region for one in drawn for region in one.regions if region.view is view), shape)


def _lesion(
    drawn: list[_Drawn], names: list[str], masks: Mapping[ViewName, Mask], table: ClassTable
) -> AgreedLesion:
    regions = [region for one in drawn for region in one.regions]
    order = [each.name for each in table.classes]
    votes = Counter(
        label
        for person in {one.person for one in drawn}
        for label in {region.label for one in drawn if one.person == person for region in one.regions}
    )
    label = min(votes, key=lambda name: (-votes[name], order.index(name) if name in order else len(order)))
    told = Counter(region.bone for region in regions if region.bone and not region.bone_suggested)
    bones = told or Counter(region.bone for region in regions if region.bone)
    bone = bones.most_common(1)[0][0] if bones else ""
    lesion = uuid4().hex
    return AgreedLesion(
        label,
        bone,
        dict(votes),
        tuple(names[person] for person in sorted({one.person for one in drawn})),
        regions[0],
        tuple(
            Region(view, piece, label, lesion=lesion, bone=bone, bone_suggested=bool(bone) and not told)
            for view, mask in masks.items()
            for piece in outlines(mask)
        ),
        {
            names[person]: tuple(region for one in drawn if one.person == person for region in one.regions)
            for person in sorted({one.person for one in drawn})
        },
    )


def told_of(lesions: tuple[AgreedLesion, ...]) -> list[str]:
    """One sentence for every lesion that one person alone saw, and for every tied vote."""
    said = []
    for lesion in lesions:
        x, y = lesion.place.vertices.mean(axis=0)
        where = f"at ({x:.0f}, {y:.0f}) on the {lesion.place.view.value} view"
        if len(lesion.seen_by) == 1:
            kept = "it is" if lesion.regions else "it is not"
            said.append(f"{lesion.seen_by[0]} alone saw {lesion.label} {where}: {kept} in the consensus")
        elif lesion.tied:
            votes = ", ".join(f"{label} {number}" for label, number in lesion.votes.items())
            said.append(f"no majority {where} ({votes}): {lesion.label} is taken")
    return said

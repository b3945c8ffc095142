"""What has become of a patient's lesions since an earlier scan whose outlines were laid on this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.edits import without_proposals
from app.annotation.geometry import to_mask
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName

GROWTH = 1.25
"""From so many times the area that it had before a lesion has grown."""
PRIOR = "prior scan"
"""Who proposes outlines of an earlier scan."""
Size = tuple[int, int]


class Since(StrEnum):
    """What a lesion is since the prior scan."""

    NEW = "new"
    THERE = "there before"
    GROWN = "grown"


@dataclass(frozen=True)
class Changes:
    """`since`: each lesion by its identity; `gone`: lesions of the prior scan that nothing lies on now."""

    since: Mapping[str, Since]
    gone: frozenset[str]

    @property
    def said(self) -> str:
        """How many of each, in a line."""
        found = list(self.since.values())
        counts = [(found.count(each), each.value) for each in Since]
        return ", ".join(f"{number} {word}" for number, word in (*counts, (len(self.gone), "gone")) if number)


class PriorLesions:
    """The lesions of an earlier scan as they lie on this one.

    `regions`: their outlines there; `sizes`: columns and rows of the current views.
    """

    def __init__(self, regions: Iterable[Region], sizes: Mapping[ViewName, Size]) -> None:
        self.regions = tuple(regions)
        self._sizes = dict(sizes)
        self._known: WeakKeyDictionary[Region, NDArray[np.intp]] = WeakKeyDictionary()
        self._met: WeakKeyDictionary[Region, frozenset[str]] = WeakKeyDictionary()
        self._before = self._areas(self.regions)

    def changes(self, annotation: Annotation) -> Changes:
        """What has become of them in an annotation; of proposals that wait nothing is said.

        A lesion was there before where its outline meets one of before on some view; it has grown where its
        area on the views on which they meet is at least `GROWTH` times theirs.
        """
        persons = [each for each in without_proposals(annotation).regions if each.view in self._sizes]
        met: dict[str, set[str]] = {each.lesion: set() for each in persons}
        views: dict[str, set[ViewName]] = {}
        for region in persons:
            there = self._lesions_at(region)
            met[region.lesion] |= there
            if there:
                views.setdefault(region.lesion, set()).add(region.view)
        now = self._areas(persons)
        since = {}
        for lesion, befores in met.items():
            seen = views.get(lesion, set())
            area = sum(now.get((lesion, view), 0) for view in seen)
            was = sum(self._before.get((before, view), 0) for before in befores for view in seen)
            grown = Since.GROWN if area >= GROWTH * was else Since.THERE
            since[lesion] = grown if befores else Since.NEW
        waiting = (each for each in annotation.regions if each.source is RegionSource.AI)
        met_now = [*met.values(), *(self._lesions_at(each) for each in waiting if each.view in self._sizes)]
        known = {before for befores in met_now for before in befores}
        return Changes(since, frozenset(each.lesion for each in self.regions) - known)

    def _lesions_at(self, region: Region) -> frozenset[str]:
        """The lesions of before that a region meets; those of before never change."""
        known = self._met.get(region)
        if known is None:
            beside = (each for each in self.regions if each.view is region.view)
            known = frozenset(each.lesion for each in beside if self._meet(region, each))
            self._met[region] = known
        return known

    def _meet(self, one: Region, other: Region) -> bool:
        (left, top), (right, bottom) = one.vertices.min(axis=0), one.vertices.max(axis=0)
        least, most = other.vertices.min(axis=0), other.vertices.max(axis=0)
        if left > most[0] or right < least[0] or top > most[1] or bottom < least[1]:
            return False
        return bool(np.intersect1d(self._pixels(one), self._pixels(other), assume_unique=True).size)

    def _pixels(self, region: Region) -> NDArray[np.intp]:
        """The pixels of a region, counted through the rows; of a point the one that it lies in."""
        known = self._known.get(region)
        if known is None:
            columns, rows = self._sizes[region.view]
            if region.is_point:
                x, y = region.vertices[0]
                known = np.array([min(int(y), rows - 1) * columns + min(int(x), columns - 1)])
            else:
                known = np.flatnonzero(to_mask(region.vertices, (rows, columns)))
            self._known[region] = known
        return known

    def _areas(self, regions: Iterable[Region]) -> dict[tuple[str, ViewName], int]:
        """Pixels of each lesion on each view."""
        areas: dict[tuple[str, ViewName], int] = {}
        for region in regions:
            place = region.lesion, region.view
            areas[place] = areas.get(place, 0) + int(self._pixels(region).size)
        return areas

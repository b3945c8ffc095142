"""What the list of lesions says about each region: measured when looked at, kept while nothing changes."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable, own_table
from app.annotation.geometry import Mask, to_mask
from app.annotation.masks import union
from app.annotation.region import Region
from app.quantification.bone_atlas import suggest
from app.quantification.hot_bladder import hot_bladder
from app.quantification.lesion_statistics import LesionStatistics, Ratio, ViewReference
from app.scan.scan import Scan, ViewName

_Known = tuple[tuple[Region, ...], LesionStatistics]


class Measures:
    """Statistics of the regions of one scan; made in the background, asked by the list."""

    def __init__(self, scan: Scan, table: ClassTable | None = None) -> None:
        self._table = table or own_table()
        self._places = {view.name: ViewReference(view) for view in scan.views}
        self._references = self._places if scan.quantifiable else {}
        front = self._references.get(ViewName.ANTERIOR)
        self.hot_bladder = None if front is None else hot_bladder(front.view.counts, front.body, front.axis)
        """Where on the anterior view a bladder is that should be drawn, x and y in pixels; None for none."""
        self._known: WeakKeyDictionary[Region, _Known] = WeakKeyDictionary()
        self._drawn: tuple[tuple[Region, ...], Mask] | None = None

    def bone_at(self, region: Region) -> str:
        """The bone region that the middle of a region most likely lies on, "" for organs and off bone."""
        reference = self._places.get(region.view)
        if reference is None or not self._table.of(region.label).in_bone:
            return ""
        x, y = region.vertices.mean(axis=0)
        bone = suggest(region.view, reference.body, reference.axis, float(x), float(y))
        return bone.title if bone is not None else ""

    def of(self, region: Region, annotation: Annotation) -> LesionStatistics | None:
        """The statistics of a region; None for a point and where pixels are not counts."""
        reference = self._references.get(region.view)
        if reference is None or region.is_point:
            return None
        beside = annotation.on(region.view)
        known = self._known.get(region)
        if known is not None and known[0] == beside:
            return known[1]
        mask = to_mask(region.vertices, reference.view.counts.shape)
        found = reference.statistics(mask, self._all(region.view, beside) | mask)
        self._known[region] = (beside, found)
        return found

    def _all(self, view: ViewName, beside: tuple[Region, ...]) -> Mask:
        if self._drawn is None or self._drawn[0] != beside:
            self._drawn = (beside, union(beside, self._references[view].view.counts.shape))
        return np.asarray(self._drawn[1])


def ratio_text(ratio: Ratio | None) -> str:
    """A ratio with its standard error."""
    return "—" if ratio is None else f"{ratio.value:.2f} ± {ratio.error:.2f}"

"""Lesions that are carried from one case to another, at the same places of the images."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np

from app.annotation import edits
from app.annotation.annotation import Annotation
from app.annotation.label_set import Size
from app.annotation.region import Region, RegionSource
from app.scan.scan import ViewName


@dataclass(frozen=True, eq=False)
class CopiedLesions:
    """Regions, and columns and rows of the images that they were drawn on."""

    regions: tuple[Region, ...]
    sizes: Mapping[ViewName, Size]

    @property
    def lesions(self) -> int:
        """How many lesions they are."""
        return len({region.lesion for region in self.regions})

    def onto(self, annotation: Annotation, sizes: Mapping[ViewName, Size]) -> Annotation:
        """The annotation with copies of them, a person's, on images of `sizes`; of views that are there."""
        lesions: dict[str, str] = {}
        for region in self.regions:
            if region.view in sizes:
                scale = np.asarray(sizes[region.view]) / np.asarray(self.sizes[region.view])
                copy = replace(
                    region,
                    vertices=region.vertices * scale,
                    uuid=uuid4().hex,
                    lesion=lesions.setdefault(region.lesion, uuid4().hex),
                    source=RegionSource.READER,
                )
                annotation = edits.add(annotation, copy, sizes[region.view])
        return annotation


def copied(annotation: Annotation, lesions: Collection[str], sizes: Mapping[ViewName, Size]) -> CopiedLesions:
    """These lesions of an annotation, all that a person stands for where none is named."""
    kept = edits.without_proposals(annotation).regions
    return CopiedLesions(
        tuple(region for region in kept if not lesions or region.lesion in lesions), dict(sizes)
    )

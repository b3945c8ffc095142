"""An annotation as files hold it: with the sizes of its images and what could not be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.errors import AppError
from app.scan.scan import Scan, ViewName

Size = tuple[int, int]
"""Columns and rows of an image."""


@dataclass(frozen=True, eq=False)
class LabelSet:
    """What somebody drew on one case.

    `bones`: bone region codes of each view, uint8 (rows, cols), where the file has them. `notes`: one
    sentence for everything that the file holds and an annotation cannot.
    """

    annotation: Annotation
    sizes: Mapping[ViewName, Size]
    bones: Mapping[ViewName, NDArray[np.uint8]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def case(self) -> str:
        """The case that was labelled."""
        return self.annotation.case

    def shape(self, view: ViewName) -> tuple[int, int]:
        """Rows and columns of a view's image; raises KeyError for a view without an image."""
        columns, rows = self.sizes[view]
        return rows, columns


def sizes_of(scan: Scan) -> dict[ViewName, Size]:
    """Columns and rows of the views of a scan."""
    return {view.name: (view.counts.shape[1], view.counts.shape[0]) for view in scan.views}


def check_sizes(labels: LabelSet, scan: Scan) -> None:
    """Raise AppError when labels were made on images of another size than those of the scan."""
    there = sizes_of(scan)
    for view, size in labels.sizes.items():
        if view not in there:
            if labels.annotation.on(view):
                raise AppError(
                    f"{labels.case} has labels on the {view.value} view, the scan has no such view.",
                    "Choose the scan that was labelled.",
                )
        elif size != there[view]:
            raise AppError(
                f"The labels of {labels.case} are {size[0]} × {size[1]} pixels on the {view.value} view, "
                f"the scan has {there[view][0]} × {there[view][1]}.",
                "Choose the scan that was labelled; masks are never stretched.",
            )

"""An annotation as files hold it: with the sizes of its images and what could not be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.classes import ClassTable, own_table
from app.annotation.region import Region
from app.errors import AppError
from app.model_identity import ModelIdentity
from app.scan.hashing import view_hash
from app.scan.scan import Scan, ViewName

Size = tuple[int, int]
"""Columns and rows of an image."""
NOT_TOLD: Size = (0, 0)
"""The size of an image in a file that does not tell it."""


@dataclass(frozen=True)
class MadeBy:
    """The model that drew, as it stands in every file that has a place for it."""

    model: ModelIdentity
    threshold: float
    """Probability from which a pixel belongs to what is drawn."""

    @property
    def title(self) -> str:
        """One line for people."""
        model = self.model
        return f"{model.title}, threshold {self.threshold:g}, trained on {model.training_data}"


@dataclass(frozen=True, eq=False)
class LabelSet:
    """What somebody drew on one case.

    `bones`: bone region codes of each view, uint8 (rows, cols), where the file has them. `notes`: one
    sentence for everything that the file holds and an annotation cannot; `left_out` counts the regions that
    are not there for that reason, or are of no known class. `made_by`: the model that drew it; `withheld`:
    foci that it drew and its own call denies. `images`: the hash of each view that was drawn on, where the
    file says it. `links`: whether the file says which regions are one lesion. `table`: the classes that its
    labels are of, None as long as nobody has looked.
    """

    annotation: Annotation
    sizes: Mapping[ViewName, Size]
    bones: Mapping[ViewName, NDArray[np.uint8]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    made_by: MadeBy | None = None
    images: Mapping[ViewName, str] = field(default_factory=dict)
    left_out: int = 0
    withheld: tuple[Region, ...] = ()
    links: bool = True
    table: ClassTable | None = None

    @property
    def classes(self) -> ClassTable:
        """The table of its classes, the user's own where none is said."""
        return self.table or own_table()

    @property
    def case(self) -> str:
        """The case that was labelled."""
        return self.annotation.case

    def shape(self, view: ViewName) -> tuple[int, int]:
        """Rows and columns of a view's image; raises KeyError for a view without an image."""
        columns, rows = self.sizes[view]
        return rows, columns


def made_by_row(made_by: MadeBy | None) -> dict[str, object] | None:
    """The model as JSON knows it."""
    if made_by is None:
        return None
    model = made_by.model
    return {
        "model": model.name,
        "version": model.version,
        "threshold": made_by.threshold,
        "training_data": model.training_data,
        "weights_sha256": model.weights_sha256,
    }


def made_by_from(row: object) -> MadeBy | None:
    """The model from its JSON; None where a file tells none, or tells it in another way."""
    if not isinstance(row, dict):
        return None
    try:
        name, version, learned = (str(row[word]) for word in ("model", "version", "training_data"))
        model = ModelIdentity(name, version, learned, str(row.get("weights_sha256", "")))
        return MadeBy(model, float(row["threshold"]))
    except (KeyError, TypeError, ValueError):
        return None


def sizes_of(scan: Scan) -> dict[ViewName, Size]:
    """Columns and rows of the views of a scan."""
    return {view.name: (view.counts.shape[1], view.counts.shape[0]) for view in scan.views}


def spacing_of(scan: Scan) -> dict[ViewName, tuple[float, float]] | None:
    """The size of a pixel of each view along rows and columns in mm, None where that of one is not known."""
    spacing = {view.name: view.spacing_mm for view in scan.views if view.spacing_mm is not None}
    return spacing if len(spacing) == len(scan.views) else None


def images_of(scan: Scan) -> dict[ViewName, str]:
    """The hash of each view of a scan."""
    return {view.name: view_hash(view) for view in scan.views}


def with_images(labels: LabelSet, scan: Scan) -> LabelSet:
    """The labels, on the other side with their images where the scan's views were exchanged since."""
    there = images_of(scan)
    if not labels.images or labels.images == there:
        return labels
    if any(there.get(name.opposite) != digest for name, digest in labels.images.items()):
        return labels  # other images altogether
    regions, rejected = (
        tuple(replace(each, view=each.view.opposite) for each in drawn)
        for drawn in (labels.annotation.regions, labels.annotation.rejected)
    )
    return replace(
        labels,
        annotation=replace(labels.annotation, regions=regions, rejected=rejected),
        sizes={name.opposite: size for name, size in labels.sizes.items()},
        bones={name.opposite: codes for name, codes in labels.bones.items()},
        images={name.opposite: digest for name, digest in labels.images.items()},
    )


def check_images(labels: LabelSet, scan: Scan) -> None:
    """Raise AppError when labels say on which images they were made, and the scan has others."""
    there = {view.name: view for view in scan.views}
    for name, digest in labels.images.items():
        if name in there and view_hash(there[name]) != digest:
            raise AppError(
                f"The labels of {labels.case} were made on another image than the scan's {name.value} view.",
                "Choose the scan that was labelled, with its sides as they were then.",
            )


def check_sizes(labels: LabelSet, scan: Scan) -> None:
    """Raise AppError when labels were made on images of another size, or on views that the scan has not."""
    there = sizes_of(scan)
    for view in ViewName:
        if view not in there:
            if labels.annotation.on(view):
                raise AppError(
                    f"{labels.case} has labels on the {view.value} view, the scan has no such view.",
                    "Choose the scan that was labelled.",
                )
        elif (size := labels.sizes.get(view, NOT_TOLD)) not in (NOT_TOLD, there[view]):
            raise AppError(
                f"The labels of {labels.case} are {size[0]} × {size[1]} pixels on the {view.value} view, "
                f"the scan has {there[view][0]} × {there[view][1]}.",
                "Choose the scan that was labelled; masks are never stretched.",
            )

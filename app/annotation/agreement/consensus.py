"""The regions that several people most likely all meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.annotation.agreement.staple import staple
from app.annotation.annotation import Annotation
from app.annotation.formats.png_masks import lesions_of
from app.annotation.label_set import Size
from app.annotation.masks import label_mask
from app.annotation.region import Region
from app.scan.scan import ViewName


def consensus_regions(
    annotations: Iterable[Annotation], sizes: Mapping[ViewName, Size]
) -> tuple[Region, ...]:
    """Outlines of the STAPLE consensus of each class and view; each connected part is a lesion of its own.

    `sizes`: columns and rows of each view. Points have no area and take no part.
    """
    people = list(annotations)
    found: list[Region] = []
    for view, (columns, rows) in sizes.items():
        for label in dict.fromkeys(region.label for each in people for region in each.on(view)):
            masks = [label_mask(each, view, label, (rows, columns)) for each in people]
            agreed = staple(masks) if any(mask.any() for mask in masks) else None
            if agreed is not None:
                found += lesions_of(agreed.mask, view, label)
    return tuple(found)

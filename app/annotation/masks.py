"""Regions as pixels: unions and label masks; and pixels as regions, without a pixel lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.geometry import Mask, from_mask, to_mask
from app.annotation.region import Region, Vertices
from app.scan.scan import ViewName


def union(regions: Iterable[Region], shape: tuple[int, int]) -> Mask:
    """The pixels inside any of the regions, bool (rows, cols) of `shape`; points have none."""
    mask = np.zeros(shape, np.bool_)
    for region in regions:
        if not region.is_point:
            mask |= to_mask(region.vertices, shape)
    return mask


def numbered(
    regions: Iterable[Region], shape: tuple[int, int], number_of: Callable[[str], int], falling: bool = True
) -> NDArray[np.uint8]:
    """The number of the class at each pixel, uint8 (rows, cols) of `shape`, 0 for none.

    Where classes overlap, the smaller number lies on top, the larger if not `falling`.
    """
    pixels = np.zeros(shape, np.uint8)
    drawn = [(number_of(region.label), region) for region in regions]
    for number in sorted({number for number, _ in drawn} - {0}, reverse=falling):
        pixels[union((region for its, region in drawn if its == number), shape)] = number
    return pixels


def label_mask(annotation: Annotation, view: ViewName, label: str, shape: tuple[int, int]) -> Mask:
    """The pixels of one class on one view, bool (rows, cols) of `shape`."""
    return union((region for region in annotation.on(view) if region.label == label), shape)


def outlines(mask: Mask) -> tuple[Vertices, ...]:
    """Outlines, each float64 (n, 2), whose pixels together are exactly those of a mask, bool (rows, cols).

    A part with a hole becomes two that meet in the hole: an outline of its own has none.
    """
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    found: list[Vertices] = []
    for place, window in enumerate(ndimage.find_objects(parts), start=1):
        part = parts[window] == place
        offset = (window[1].start, window[0].start)
        found += [outline + offset for piece in _without_holes(part) for outline in from_mask(piece)]
    return tuple(found)


def _without_holes(part: Mask) -> list[Mask]:
    """A connected part, bool (rows, cols), cut until no piece has a hole."""
    from scipy import ndimage

    # from_mask joins pixels by their sides, so that the air around is joined by its corners
    around = np.ones((3, 3), np.bool_)
    air, _ = ndimage.label(np.pad(~part, 1, constant_values=True), structure=around)
    hole = (air > 1)[1:-1, 1:-1]
    if not hole.any():
        return [part]
    cut = int(np.flatnonzero(hole.any(axis=0))[0]) + 1
    pieces = []
    for columns in (slice(None, cut), slice(cut, None)):
        half = np.zeros_like(part)
        half[:, columns] = part[:, columns]
        halves, number = ndimage.label(half)
        pieces += [piece for label in range(1, number + 1) for piece in _without_holes(halves == label)]
    return pieces

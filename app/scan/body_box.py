"""The part of the images that shows the patient: what lies around it is air, and need not take room.

Display only: nothing here may feed a measurement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scan.scan import Counts, View, ViewName

_BLOCK = 8
"""Pixels a side of the squares that are looked at: single counts in the air say nothing."""
_SHARE = 0.02
"""Of the upper display level: what a square of skin or of a foot has at least on the screen."""
_MARGIN = 0.015
"""Of the image around the patient."""


@dataclass(frozen=True)
class BodyBox:
    """A box in fractions of the anterior image's width and height, 0-1; the posterior one is its mirror."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def width(self) -> float:
        """Its share of the image's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its share of the image's height."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle, across and down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


WHOLE = BodyBox()


def body_box(views: Iterable[View], upper: float) -> BodyBox:
    """The box that holds every square of 8 pixels with a mean of 2 % of the upper display level, in any view.

    So no focus that can be seen lies outside. `WHOLE` where nothing is found. upper: counts.
    """
    boxes = [box for view in views if (box := _seen(view, _SHARE * upper)) is not None]
    if not boxes:
        return WHOLE
    return BodyBox(
        max(min(box.left for box in boxes) - _MARGIN, 0.0),
        max(min(box.top for box in boxes) - _MARGIN, 0.0),
        min(max(box.right for box in boxes) + _MARGIN, 1.0),
        min(max(box.bottom for box in boxes) + _MARGIN, 1.0),
    )


def _seen(view: View, least: float) -> BodyBox | None:
    rows, cols = view.counts.shape
    if rows < _BLOCK or cols < _BLOCK:
        return None
    seen = _means(view.counts) >= least
    down, across = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not down.size:
        return None
    left, right = across[0] * _BLOCK / cols, min((across[-1] + 1) * _BLOCK / cols, 1.0)
    top, bottom = down[0] * _BLOCK / rows, min((down[-1] + 1) * _BLOCK / rows, 1.0)
    if view.name is ViewName.POSTERIOR:
        left, right = 1 - right, 1 - left
    return BodyBox(float(left), float(top), float(right), float(bottom))


def _means(counts: Counts) -> NDArray[np.float64]:
    """The mean of each square, the last ones cut off by the edge; float64 (rows / 8, cols / 8) rounded up."""
    rows, cols = counts.shape
    sums = np.nan_to_num(counts.astype(np.float64), posinf=0.0, neginf=0.0)
    starts = np.arange(0, rows, _BLOCK), np.arange(0, cols, _BLOCK)
    sums = np.add.reduceat(np.add.reduceat(sums, starts[0], axis=0), starts[1], axis=1)
    heights, widths = (np.diff([*start, end]) for start, end in zip(starts, (rows, cols), strict=True))
    means: NDArray[np.float64] = sums / np.outer(heights, widths)
    return means

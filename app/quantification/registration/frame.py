"""The frame that every body is brought into: upright, 200 rows tall, its midline in the middle column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.reference import midline
from app.scan.scan import Counts, View
from app.scan.window import body_mask

ROWS, COLS = 224, 96
BODY_ROWS = 200
"""Rows between crown and toes; 8.5 mm each in a person of 170 cm. The margin is the same above and below."""
_MARGIN = (ROWS - BODY_ROWS) / 2
_LEAST_WIDTH = 3
_LEAST_ROWS = 40
_EDGE = 2
_MISSING = (1.08, 1.18, 1.3, 1.45, 1.65, 1.9)
"""How much taller than what is seen a body may be that runs out of the image."""
_LEAST_MM, _MOST_MM = 1300.0, 2150.0
_SMALL_PART = 0.03
_MOST_SLOPE = 0.3


@dataclass(frozen=True, eq=False)
class BodyFrame:
    """An affine map: image (column, row) = matrix @ frame (column, row) + offset; float64 (2, 2) and (2,)."""

    matrix: NDArray[np.float64]
    offset: NDArray[np.float64]

    @property
    def inverse(self) -> BodyFrame:
        """From the image into the frame."""
        back = np.linalg.inv(self.matrix).astype(np.float64)
        return BodyFrame(back, -back @ self.offset)

    def shifted(self, column: int, row: int) -> BodyFrame:
        """The map for places counted from another corner."""
        return BodyFrame(self.matrix, self.offset + self.matrix @ np.array([column, row], np.float64))

    def places(self, rows: int, cols: int, step: float = 1.0) -> tuple[NDArray[np.float64], ...]:
        """Where a grid of frame places lies in the image: rows and columns, float64 (rows, cols) each.

        `step`: frame units between grid points, whose cells begin at the corner of the frame.
        """
        down, across = np.meshgrid(
            (np.arange(rows) + 0.5) * step - 0.5, (np.arange(cols) + 0.5) * step - 0.5, indexing="ij"
        )
        x = self.matrix[0, 0] * across + self.matrix[0, 1] * down + self.offset[0]
        y = self.matrix[1, 0] * across + self.matrix[1, 1] * down + self.offset[1]
        return y, x


@dataclass(frozen=True, eq=False)
class BodyOnView:
    """What is seen of a body on one view: mask bool (rows, cols), without specks; rows from top to end."""

    mask: Mask
    top: int
    end: int
    axis: float
    slope: float
    """Columns that the midline moves to the right with each row down."""
    aspect: float
    """Columns to a row of the same length."""


def body_of(view: View) -> BodyOnView | None:
    """The body on a view; None when there is none."""
    mask = _without_specks(body_mask(view.counts))
    rows = np.flatnonzero(mask.sum(axis=1) >= _LEAST_WIDTH)
    if rows.size < _LEAST_ROWS:
        return None
    top, end = int(rows[0]), int(rows[-1]) + 1
    aspect = view.spacing_mm[0] / view.spacing_mm[1] if view.spacing_mm else 1.0
    slope = _slope(mask, top, end)
    inside = _upright(np.where(mask, view.counts, np.float32(0)), top, end, slope)
    return BodyOnView(mask, top, end, midline(inside, inside > 0), slope, aspect)


def frames_of(view: View, body: BodyOnView) -> Iterator[tuple[tuple[float, float], BodyFrame]]:
    """Frames that may fit a body, each with its key: the share of it seen, the share of the rest above.

    The first takes the body as a whole. Others follow where it runs out of the image at the
    top or the bottom.
    """
    seen = body.end - body.top
    yield (1.0, 0.0), _frame(body, float(body.top), float(seen))
    above, below = body.top <= _EDGE, body.end >= body.mask.shape[0] - _EDGE
    if not (above or below):
        return
    places = (0.0, 0.5, 1.0) if above and below else (1.0,) if above else (0.0,)
    for factor in _MISSING:
        height = seen * factor
        if view.spacing_mm and not _LEAST_MM <= height * view.spacing_mm[0] <= _MOST_MM:
            continue
        for place in places:
            yield (1 / factor, place), _frame(body, body.top - place * (height - seen), height)


def _frame(body: BodyOnView, top: float, height: float) -> BodyFrame:
    down = height / BODY_ROWS
    across = down * body.aspect
    middle = (body.top + body.end) / 2
    matrix = np.array([[across, body.slope * down], [0.0, down]])
    first_row = top - _MARGIN * down + 0.5 * down - 0.5
    first_column = body.axis - 0.5 - (COLS - 1) / 2 * across + body.slope * (first_row - middle)
    return BodyFrame(matrix, np.array([first_column, first_row]))


def _slope(mask: Mask, top: int, end: int) -> float:
    """The tilt of the body: from the middles of its rows, upper third against lower third."""
    rows = np.flatnonzero(mask[top:end].any(axis=1)) + top
    weights = mask[rows].sum(axis=1)
    middles = mask[rows] @ np.arange(mask.shape[1], dtype=np.float64) / weights
    third = max(rows.size // 3, 1)
    run = float(rows[-third:].mean() - rows[:third].mean())
    rise = float(np.median(middles[-third:]) - np.median(middles[:third]))
    return float(np.clip(rise / run, -_MOST_SLOPE, _MOST_SLOPE)) if run > 0 else 0.0


def _upright(image: Counts, top: int, end: int, slope: float) -> Counts:
    """The rows shifted, in whole pixels, so that the midline stands upright; float32 (rows, cols)."""
    turned = np.zeros_like(image)
    shifts = np.rint(slope * (np.arange(image.shape[0]) - (top + end) / 2)).astype(int)
    for row, shift in enumerate(shifts.tolist()):
        if shift >= 0:
            turned[row, : image.shape[1] - shift] = image[row, shift:]
        else:
            turned[row, -shift:] = image[row, :shift]
    return turned


def _without_specks(mask: Mask) -> Mask:
    """The mask without parts that are small beside the largest; bool (rows, cols)."""
    from scipy import ndimage

    parts, _ = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    keep = sizes >= max(int(_SMALL_PART * sizes.max()), 1)
    return np.asarray(keep[parts])

"""One finding or organ alone, on the small window of a view where it shows: its counts, its mask, its CNR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.simulator.camera import LAYERS, Camera, SeenPoints
from app.simulator.field import COLS, PIXEL_CM, ROWS, Image
from app.simulator.shapes import Floats

_MARGIN = 10
"""Pixels around the points, more than four standard deviations of the widest blur."""
PEAK_SHARE = 0.42
"""A pixel belongs to a finding above this share of the finding's own peak (a usual threshold)…"""
LEAST_CONTRAST = 0.18
"""… if the finding also adds this share to what lies around it."""


@dataclass(frozen=True, eq=False)
class Patch:
    """The image that some points make by themselves in one view.

    `rows` and `cols` are slices of the full image; `excess` is float32 of that size, per cm²;
    negative for what is cold.
    """

    rows: slice
    cols: slice
    excess: Image

    @property
    def window(self) -> tuple[slice, slice]:
        """Where it lies in the full image."""
        return self.rows, self.cols


def make_patch(camera: Camera, seen: SeenPoints, activity: Floats, view: int) -> Patch | None:
    """Image of points with `activity` (n,) alone, or None when all lie outside the field."""
    kept = seen.pixel[view] >= 0
    if not kept.any():
        return None
    row, col = np.divmod(seen.pixel[view][kept], COLS)
    top, left = max(int(row.min()) - _MARGIN, 0), max(int(col.min()) - _MARGIN, 0)
    bottom, right = min(int(row.max()) + _MARGIN + 1, ROWS), min(int(col.max()) + _MARGIN + 1, COLS)
    height, width = bottom - top, right - left
    weight, layer = (seen.gain[view] * activity)[kept], seen.layer[view][kept]
    flat = layer.astype(np.int64) * (height * width) + (row - top) * width + (col - left)
    stack = np.bincount(flat, weights=weight, minlength=LAYERS * height * width).astype(np.float32)
    image = np.zeros((height, width), np.float32)
    for index in np.unique(layer):
        one = stack.reshape(LAYERS, height, width)[index]
        image += ndimage.gaussian_filter(one, camera.sigma_pixels(int(index)), truncate=4, mode="constant")
    return Patch(slice(top, bottom), slice(left, right), image / np.float32(PIXEL_CM**2))


@dataclass(frozen=True, eq=False)
class Shadow:
    """How a finding shows in one view.

    `mask` bool of the patch's size. `cnr`: counts that it adds inside the mask over √(all counts there).
    `contrast`: mean of added over surrounding counts.
    """

    patch: Patch
    mask: NDArray[np.bool_]
    cnr: float
    contrast: float


def cast(patch: Patch, expected: Image, scale: float) -> Shadow:
    """Compare a patch with the expected counts (rows, cols) without it; `scale`: counts per unit."""
    added = np.abs(patch.excess) * np.float32(scale)
    around = np.maximum(expected[patch.window], np.float32(0.3))
    peak = float(added.max())
    relative = added / around
    mask = (added > PEAK_SHARE * peak) & (relative > LEAST_CONTRAST)
    if not mask.any():
        return Shadow(patch, mask, 0.0, 0.0)
    sign = -1.0 if patch.excess.sum() < 0 else 1.0
    noise = np.sqrt(float(around[mask].sum() + max(sign, 0.0) * added[mask].sum()) + 1.0)
    return Shadow(patch, mask, float(added[mask].sum()) / noise, sign * float(relative[mask].mean()))

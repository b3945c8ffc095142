"""Demons: bending one picture until it lies on another.

Symmetric forces with a bounded step (Vercauteren 2009, NeuroImage 45:S61), as ITK's fast symmetric forces
demons, which the tests compare it with. Coarse to fine; the field is smoothed so strongly at each step that
neighbouring bones move together and noise, lesions and the bladder cannot pull a bone off its place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Where each place of the fixed picture lies on the moving one, as steps (x, y): float32 (rows, cols, 2)."""
Planes = NDArray[np.float32]
"""The same as steps (down, right): float32 (2, rows, cols)."""

BODY_LEVELS = ((8, 15, 9.6), (4, 15, 4.8), (2, 10, 2.4))
"""Shrinking, iterations, smoothing of the field in pixels of that level."""
_LONGEST_STEP = 0.5
"""Pixels that one iteration moves a place at most."""


def displacement(
    fixed: NDArray[np.float32],
    moving: NDArray[np.float32],
    levels: Sequence[tuple[int, int, float]] = BODY_LEVELS,
) -> Field:
    """The field that brings `moving` onto `fixed`, float32 (rows, cols) both."""
    steps, before = np.zeros((2, *fixed.shape), np.float32), 1
    for shrink, iterations, smoothing in levels:
        still, other = _shrunk(fixed, shrink), _shrunk(moving, shrink)
        steps, before = _regridded(steps, before, still.shape, shrink), shrink
        for _ in range(iterations):
            steps = _smoothed(steps + _pull(still, _moved(other, steps)), smoothing)
    whole = _regridded(steps, before, fixed.shape, 1)
    return np.ascontiguousarray(np.moveaxis(whole, 0, -1)[..., ::-1])


def warped(image: NDArray[np.float32], field: Field) -> NDArray[np.float32]:
    """The moving image brought onto the fixed one by its field; float32 (rows, cols)."""
    return _moved(image, np.moveaxis(field[..., ::-1], -1, 0))


def _pull(still: NDArray[np.float32], moved: NDArray[np.float32]) -> Planes:
    """How far each place goes: 2 d g / (|g|² + d²/s²), d the difference, g the sum of both gradients, s the
    longest step.
    """
    slope = np.array(np.gradient(still)) + np.array(np.gradient(moved))
    away = still - moved
    size = (slope * slope).sum(axis=0) + away * away / np.float32(_LONGEST_STEP**2)
    return np.asarray(2 * away / np.maximum(size, np.float32(1e-9)) * slope, np.float32)


def _moved(image: NDArray[np.float32], steps: Planes) -> NDArray[np.float32]:
    """The image at places moved by the steps; 0 outside."""
    from scipy import ndimage

    rows, cols = image.shape
    down, right = np.arange(rows, dtype=np.float32)[:, None], np.arange(cols, dtype=np.float32)
    places = np.stack([steps[0] + down, steps[1] + right])
    return np.asarray(ndimage.map_coordinates(image, places, order=1), np.float32)


def _smoothed(steps: Planes, pixels: float) -> Planes:
    from scipy import ndimage

    return np.stack([ndimage.gaussian_filter(plane, pixels, mode="nearest", truncate=3.0) for plane in steps])


def _shrunk(image: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Every so many pixels of the smoothed image, from the middle of the first step."""
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(image.astype(np.float32), factor / 2, mode="nearest")
    return np.asarray(smooth[factor // 2 :: factor, factor // 2 :: factor])


def _regridded(steps: Planes, before: int, shape: tuple[int, ...], factor: int) -> Planes:
    """The steps at the places of another level's grid; the border of a coarse field is carried outwards."""
    from scipy import ndimage

    places = np.meshgrid(
        *((np.arange(length) * factor + factor // 2 - before // 2) / before for length in shape),
        indexing="ij",
    )
    on = [ndimage.map_coordinates(plane, places, order=1, mode="nearest") for plane in steps]
    return np.asarray(np.stack(on) * np.float32(before / factor), np.float32)

"""Demons: bending one picture until it lies on another (Vercauteren 2009, NeuroImage 45:S61).

Coarse to fine; the field is smoothed so strongly at each step that neighbouring bones move together and
noise, lesions and the bladder cannot pull a bone off its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Where each place of the fixed picture lies on the moving one, as steps (x, y): float32 (rows, cols, 2)."""

BODY_LEVELS = ((8, 15, 9.6), (4, 15, 4.8), (2, 10, 2.4))
"""Shrinking, iterations, smoothing of the field in pixels of that level."""


def displacement(
    fixed: NDArray[np.float32],
    moving: NDArray[np.float32],
    levels: Sequence[tuple[int, int, float]] = BODY_LEVELS,
) -> Field:
    """The field that brings `moving` onto `fixed`, float32 (rows, cols) both; on one core."""
    import SimpleITK

    still, other = (SimpleITK.GetImageFromArray(np.ascontiguousarray(each)) for each in (fixed, moving))
    field = None
    for shrink, iterations, smoothing in levels:
        pair = [
            SimpleITK.Shrink(SimpleITK.SmoothingRecursiveGaussian(each, shrink / 2), [shrink, shrink])
            for each in (still, other)
        ]
        demons = SimpleITK.FastSymmetricForcesDemonsRegistrationFilter()
        demons.SetNumberOfThreads(1)
        demons.SetNumberOfIterations(iterations)
        demons.SetSmoothDisplacementField(True)
        demons.SetStandardDeviations(smoothing)
        if field is None:
            field = demons.Execute(*pair)
        else:
            field = demons.Execute(*pair, _on(pair[0], field))
    whole = _on(still, field)
    return np.asarray(SimpleITK.GetArrayFromImage(whole), np.float32)


def _on(grid: Any, field: Any) -> Any:  # images of an untyped library
    """The field at the places of another grid; the border of a coarse field is carried outwards."""
    import SimpleITK

    return SimpleITK.Resample(
        field, grid, SimpleITK.Transform(), SimpleITK.sitkLinear, 0.0, field.GetPixelID(), True
    )


def warped(image: NDArray[np.float32], field: Field) -> NDArray[np.float32]:
    """The moving image brought onto the fixed one by its field; float32 (rows, cols)."""
    import SimpleITK

    steps = SimpleITK.GetImageFromArray(field.astype(np.float64), isVector=True)
    moved = SimpleITK.Resample(
        SimpleITK.GetImageFromArray(image), SimpleITK.DisplacementFieldTransform(steps)
    )
    return np.asarray(SimpleITK.GetArrayFromImage(moved), np.float32)

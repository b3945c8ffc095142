"""The consensus of several people: the mask they most likely all meant, and how well each met it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.errors import AppError

_MARGIN = 12
"""Pixels around everything marked: STAPLE's prior would otherwise be that of air."""


@dataclass(frozen=True, eq=False)
class Consensus:
    """`probability` float32 (rows, cols); `sensitivity` and `specificity` of each person, in order."""

    probability: NDArray[np.float32]
    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]

    @property
    def mask(self) -> Mask:
        """Where the consensus is more likely than not, bool (rows, cols)."""
        return np.asarray(self.probability >= 0.5)


def staple(masks: Sequence[Mask]) -> Consensus | None:
    """Consensus by STAPLE (Warfield 2004, IEEE TMI 23:903), None where nobody marked anything.

    Computed in the box around all marks and twelve pixels more. masks: bool (rows, cols) each.
    Raises AppError in an edition of the program that does without SimpleITK.
    """
    try:
        import SimpleITK
    except ImportError as error:
        raise AppError(
            "This edition of the program computes no STAPLE consensus.",
            "Compute it with the full edition.",
        ) from error

    marked = np.any(masks, axis=0)
    if not marked.any():
        return None
    rows, cols = np.nonzero(marked)
    box = (
        slice(max(int(rows.min()) - _MARGIN, 0), int(rows.max()) + _MARGIN + 1),
        slice(max(int(cols.min()) - _MARGIN, 0), int(cols.max()) + _MARGIN + 1),
    )
    probability = np.zeros(marked.shape, np.float32)
    if all(np.array_equal(mask, masks[0]) for mask in masks):  # nothing to weigh
        probability[marked] = 1.0
        return Consensus(probability, (1.0,) * len(masks), (1.0,) * len(masks))
    images = [SimpleITK.GetImageFromArray(mask[box].astype(np.uint8)) for mask in masks]
    filter_ = SimpleITK.STAPLEImageFilter()
    filter_.SetForegroundValue(1.0)
    filter_.SetMaximumIterations(200)
    probability[box] = SimpleITK.GetArrayFromImage(filter_.Execute(images))
    return Consensus(probability, tuple(filter_.GetSensitivity()), tuple(filter_.GetSpecificity()))

"""Indices of one view, as their papers define them."""

from __future__ import annotations

import numpy as np

from app.annotation.geometry import Mask
from app.quantification.bstbi import K, blackness, bstbi, sums
from app.scan.scan import Counts
from app.scan.window import Levels


def bstbi_count(counts: Counts, lesions: Mask, bladder: Mask, k: float = K) -> float | None:
    """The index on counts, without any display window; negative counts are taken as 0.

    counts: float32 (rows, cols); lesions, bladder: bool of that shape.
    """
    return bstbi(*sums(np.clip(counts, 0, None), lesions, bladder), k)


def bstbi_display(counts: Counts, lesions: Mask, bladder: Mask, levels: Levels, k: float = K) -> float | None:
    """The index as the paper has it: on the 8-bit picture of these levels; arrays as in `bstbi_count`."""
    return bstbi(*sums(blackness(counts, levels), lesions, bladder), k)

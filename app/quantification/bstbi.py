"""Bone-scan tumour burden index of Liu S et al. (Cancer Management and Research), per view.

BSTBI = K S_L / ((K - 1) S_L + S_R - S_B), S the summed signal of lesions L, whole view R and bladder B. With
f = S_L / (S_R - S_B) that is K f / (1 + (K - 1) f): dimensionless, 0-1, rising with f.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.scan.scan import Counts
from app.scan.window import Levels

K = 5.0
"""The constant of the paper."""


def bstbi(lesions: float, whole: float, bladder: float, k: float = K) -> float | None:
    """The index from the three sums; None where it is undefined (nothing but bladder in the view)."""
    rest = whole - bladder
    denominator = (k - 1) * lesions + rest
    if rest <= 0 or denominator <= 0:
        return None
    return k * lesions / denominator


def sums(signal: NDArray[np.floating], lesions: Mask, bladder: Mask) -> tuple[float, float, float]:
    """S_L, S_R and S_B of a view; what is both lesion and bladder belongs to the bladder.

    signal: floating (rows, cols), at least 0; lesions, bladder: bool of that shape.
    """

    def total(mask: Mask) -> float:
        return float(signal[mask].sum(dtype=np.float64))

    return total(lesions & ~bladder), float(signal.sum(dtype=np.float64)), total(bladder)


def blackness(counts: Counts, levels: Levels) -> NDArray[np.float64]:
    """255 - v of the inverse-grey 8-bit picture: round(255 w), w = clip((c - LL) / (UL - LL), 0, 1).

    counts: float32 (rows, cols).
    """
    share = np.clip((counts.astype(np.float64) - levels.lower) / (levels.upper - levels.lower), 0, 1)
    return np.rint(255 * share)


def mean_of_views(values: list[float | None]) -> float | None:
    """The patient's value: the mean over the views that have one, None when none has."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None

"""Counts, area and ratios of one lesion on one view."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.quantification.bsla import area_cm2
from app.quantification.reference import contralateral, grown, midline, surroundings
from app.scan.scan import Counts, View
from app.scan.window import body_mask

_NEAR = (2, 4)
"""Pixels around a lesion in which a bone is looked for where it lies on none."""
_SPREAD = 0.25
"""From this share of a lesion's pixels on, a second region is named too."""


@dataclass(frozen=True)
class Ratio:
    """Mean counts of a lesion over those of a reference, with its standard error.

    SE = R sqrt(1 / N_lesion + 1 / N_reference), N total counts: Poisson noise alone.
    """

    value: float
    error: float


@dataclass(frozen=True)
class LesionStatistics:
    """One lesion on one view; counts in counts, the ratios None where there is nothing to compare with."""

    counts: float
    maximum: float
    mean: float
    pixels: int
    area_cm2: float | None
    to_contralateral: Ratio | None
    to_background: Ratio | None


class ViewReference:
    """What the lesions of one view are compared with: made once, asked for each lesion."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.body = body_mask(view.counts)
        self.axis = midline(view.counts, self.body)

    def statistics(self, mask: Mask, all_lesions: Mask) -> LesionStatistics:
        """Statistics of one lesion; `mask` and `all_lesions` (of the view) bool (rows, cols)."""
        counts = self.view.counts
        inside = counts[mask]
        pixels = int(mask.sum())
        return LesionStatistics(
            counts=float(inside.sum(dtype=np.float64)),
            maximum=float(inside.max()) if pixels else 0.0,
            mean=float(inside.mean(dtype=np.float64)) if pixels else 0.0,
            pixels=pixels,
            area_cm2=area_cm2(mask, self.view.spacing_mm),
            to_contralateral=ratio(counts, mask, contralateral(mask, all_lesions, self.axis)),
            to_background=ratio(counts, mask, surroundings(mask, all_lesions, self.body)),
        )


def ratio(counts: Counts, lesion: Mask, reference: Mask | None) -> Ratio | None:
    """Ratio of the mean counts of two places; None without a reference or counts in it.

    counts: float32 (rows, cols); lesion, reference: bool of that shape.
    """
    if reference is None or not lesion.any():
        return None
    in_lesion = float(counts[lesion].sum(dtype=np.float64))
    in_reference = float(counts[reference].sum(dtype=np.float64))
    if in_lesion <= 0 or in_reference <= 0:
        return None
    value = (in_lesion / int(lesion.sum())) / (in_reference / int(reference.sum()))
    return Ratio(value, value * math.sqrt(1 / in_lesion + 1 / in_reference))


def bones_under(mask: Mask, bones: BoneMap) -> tuple[str, ...]:
    """The bone regions a lesion lies on, the main one first; a second from a quarter of its pixels on.

    mask: bool, bones: uint8 (rows, cols). Pixels without bone are left out; where all are, the
    bone that comes first within a few pixels around counts. Empty when there is none.
    """
    number = _pixels_of(mask, bones)
    if number.sum() == 0:
        return ()
    first, second = np.argsort(-number, kind="stable")[:2].tolist()
    named = [first, second] if number[second] > _SPREAD * number.sum() else [first]
    return tuple(bone_table().of(code).title for code in named)


def main_bone(mask: Mask, bones: BoneMap) -> int:
    """The code of the bone that a lesion lies on most, 0 for none; arrays as in `bones_under`."""
    return int(_pixels_of(mask, bones).argmax())


def _pixels_of(mask: Mask, bones: BoneMap) -> NDArray[np.int64]:
    """Pixels of each bone code under a lesion, or near it where it touches none; int64 (codes,), [0] is 0."""
    for pixels in (0, *_NEAR):
        number = np.bincount(bones[grown(mask, pixels)], minlength=2)
        number[0] = 0
        if number.any():
            break
    return np.asarray(number)

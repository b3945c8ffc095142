"""What counts are divided by before they are compared between patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.annotation.geometry import Mask
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.scan.scan import Counts, ViewName
from app.scan.window import body_mask

_UPPER, _LOWER = 0.40, 0.60
_HALF_WIDTH_MM = 12.0
_LEAST_PIXELS = 30


@dataclass(frozen=True)
class Normaliser:
    """Counts per pixel that stand for 1, and in words where they were measured."""

    counts: float
    source: str


def normaliser(
    view: ViewName,
    counts: Counts,
    lesions: Mask,
    bones: BoneMap | None,
    spacing_mm: tuple[float, float] | None,
) -> Normaliser | None:
    """The mean over the right femoral shaft, else the left, else the body's median; None in an empty view.

    The shaft is taken at 40-60 % of the femur's length, 12 mm to either side of its middle (after Hsieh 2021,
    J Pers Med 11:1248, who leave the place open). A shaft that a lesion touches is not used.

    counts: float32 (rows, cols); lesions: bool, bones: uint8 of the same shape.
    """
    if bones is not None and spacing_mm is not None:
        for side in ("right", "left"):
            shaft = _shaft(bones, side, spacing_mm[1])
            if int(shaft.sum()) >= _LEAST_PIXELS and not (shaft & lesions).any():
                mean = float(counts[shaft].mean(dtype=np.float64))
                if mean > 0:
                    return Normaliser(mean, f"mean of the {side} femoral shaft, {view.value}")
    body = body_mask(counts)
    median = float(np.median(counts[body])) if body.any() else 0.0
    return Normaliser(median, f"median of the body, {view.value}") if median > 0 else None


def _shaft(bones: BoneMap, side: str, column_mm: float) -> Mask:
    """The middle of one femoral shaft; bool (rows, cols)."""
    code = next(bone.code for bone in bone_table().bones if (bone.name, bone.side) == ("femur", side))
    shaft = np.zeros(bones.shape, np.bool_)
    femur = bones == code
    rows = np.flatnonzero(femur.any(axis=1))
    if not rows.size:
        return shaft
    top, length = int(rows[0]), int(rows[-1] - rows[0]) + 1
    columns = np.arange(bones.shape[1])
    for row in range(top + round(_UPPER * length), top + round(_LOWER * length)):
        across = np.flatnonzero(femur[row])
        if across.size:
            shaft[row] = femur[row] & (abs(columns - across.mean()) * column_mm <= _HALF_WIDTH_MM)
    return shaft

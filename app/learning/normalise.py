"""What counts are divided by, or cut to, before a net sees them: one function per published way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.learning.frame import Floats
from app.quantification.bone_atlas import atlas, places
from app.quantification.bones import bone_table
from app.quantification.normaliser import normaliser
from app.quantification.reference import midline
from app.scan.scan import Counts, View, ViewName
from app.scan.window import body_mask

BRIGHTNESS = (7.0, 14.0)
"""Mean counts per pixel that an image is brought into (Diagnostics 2023;13:3042)."""
_COMMON_SPACING_MM = 2.26
"""Pixel size of the usual 256 x 1024 whole-body matrix, taken where a file does not say."""
_ODD_FACTOR = 2.5
"""A shaft so many times hotter or colder than the two together has a lesion or a prosthesis in it."""


def thigh_counts(view: View) -> float:
    """Counts per pixel that stand for 1: the mean over the right femoral shaft (Hsieh 2021).

    The left shaft when the right one holds something much hotter or colder than usual, the median of the
    body when both do, 1 in an empty view.
    """
    counts = clean(view.counts)
    body = body_mask(counts)
    femora = _femora(view.name, counts, body)
    spacing = view.spacing_mm or (_COMMON_SPACING_MM, _COMMON_SPACING_MM)
    found = normaliser(view.name, counts, _odd(counts, femora), femora, spacing)
    return found.counts if found else 1.0


def clean(counts: Counts) -> Counts:
    """Counts, float32 of any shape, without the negative or undefined values that lossy compression and
    resampling leave behind.
    """
    return np.clip(np.nan_to_num(counts, nan=0.0, posinf=0.0, neginf=0.0), 0, None).astype(np.float32)


def min_max(image: Floats) -> Floats:
    """An image, float32 of any shape, stretched to 0-1 by its least and greatest value; all 0 when even."""
    low, high = float(image.min()), float(image.max())
    if not high > low:
        return np.zeros_like(image, dtype=np.float32)
    return ((image - low) / (high - low)).astype(np.float32)


def brightness_factor(image: Floats) -> float:
    """k = 7/m below a mean m of 7, 14/m above 14, else 1 (Diagnostics 2023;13:3042); 1 for an empty image.

    image: float32 of any shape, in counts.
    """
    mean = float(np.mean(image, dtype=np.float64))
    if not mean > 0:
        return 1.0
    least, most = BRIGHTNESS
    return least / mean if mean < least else most / mean if mean > most else 1.0


def body_rows(counts: Counts) -> tuple[int, int]:
    """First row of the body and the row after its last (Diagnostics 2023;13:3042).

    The longest run of rows whose sums exceed 2 % of the 95th-percentile row, gaps of up to 5 rows closed; all
    rows of an empty image. counts: float32 (rows, cols).
    """
    sums = clean(counts).sum(axis=1, dtype=np.float64)
    lit = np.flatnonzero(sums > 0.02 * np.percentile(sums, 95))
    if not lit.size:
        return 0, len(sums)
    runs = np.split(lit, np.flatnonzero(np.diff(lit) > 6) + 1)
    longest = max(runs, key=lambda run: int(run[-1] - run[0]))
    return int(longest[0]), int(longest[-1]) + 1


def _femora(name: ViewName, counts: Counts, body: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Codes of the femora where the body's shape suggests them; uint8 (rows, cols), 0 elsewhere."""
    codes = np.zeros(counts.shape, np.uint8)
    y, x = np.nonzero(body)
    cells = places(body, midline(counts, body), x + 0.5, y + 0.5) if y.size else None
    if cells is None:
        return codes
    codes[y, x] = atlas()[list(ViewName).index(name)][cells]
    wanted = [bone.code for bone in bone_table().bones if bone.name == "femur"]
    return np.where(np.isin(codes, wanted), codes, 0).astype(np.uint8)


def _odd(counts: Counts, femora: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Foci in the femora's middle thirds, and the whole of a femur that is cold; bool (rows, cols).

    Foci are looked for in smoothed counts, so that noise is none.
    """
    from scipy.ndimage import uniform_filter

    rows = np.flatnonzero(femora.any(axis=1))
    odd = np.zeros(counts.shape, np.bool_)
    if not rows.size:
        return odd
    third = int(rows[-1] - rows[0]) // 3
    middle = np.zeros_like(odd)
    middle[int(rows[0]) + third : int(rows[-1]) - third + 1] = True
    smooth = uniform_filter(counts, 7)
    sides = [(femora == code) & middle for code in np.unique(femora[middle & (femora > 0)])]
    usual = max((float(np.median(smooth[side])) for side in sides), default=0.0)  # none: no legs to be seen
    for side in sides:
        odd |= side & (smooth > _ODD_FACTOR * usual)
        if float(np.median(smooth[side])) * _ODD_FACTOR < usual:
            odd |= side
    return odd

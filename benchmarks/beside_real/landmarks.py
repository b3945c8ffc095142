"""Landmarks of a view that are found in the picture itself: midline, shoulders, iliac crest, knees, ankles.

The fitted bone regions lie some centimetres off on many real pelves and legs; these do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.geometry import Mask

SHOULDERS = (0.12, 0.22)
CREST = (0.36, 0.43)
KNEES = (0.63, 0.78)
ANKLES = (0.85, 0.955)
"""Between which shares of the body's length each is looked for."""


@dataclass(frozen=True)
class Landmarks:
    """Column of the midline; rows of the crown, of the body's length, and of what is looked for."""

    midline: float
    top: int
    length: int
    shoulders: float
    crest: float
    knees: float
    ankles: float

    def with_rows_of(self, other: Landmarks) -> Landmarks:
        """The rows that both views of a body agree on; the crest is seen from behind, so `other` names it."""
        scale = self.length / other.length

        def here(row: float) -> float:
            return self.top + (row - other.top) * scale

        both = {
            name: (getattr(self, name) + here(getattr(other, name))) / 2
            for name in ("shoulders", "knees", "ankles")
        }
        return replace(self, crest=here(other.crest), **both)


def landmarks(image: NDArray[np.float32], body: Mask) -> Landmarks:
    """Find them; image float32, body bool (rows, cols)."""
    rows = np.flatnonzero(body.sum(axis=1) >= 3)
    top, length = int(rows[0]), int(rows[-1] - rows[0]) + 1

    def band(span: tuple[float, float]) -> slice:
        return slice(top + int(span[0] * length), top + int(span[1] * length))

    spine = ndimage.gaussian_filter1d(image[band((0.17, 0.38))].mean(axis=0), 3)
    middle = image.shape[1] // 2
    near = slice(middle - 25, middle + 26)
    weight = spine[near] - spine[near].min()
    weight = np.where(weight > 0.5 * weight.max(), weight, 0)
    midline = middle - 25 + float((weight * np.arange(51)).sum() / weight.sum())
    away = np.abs(np.arange(image.shape[1]) - midline)
    smooth = ndimage.gaussian_filter(image, 2)
    lateral = _profile(smooth[:, (away > 40) & (away < 72)], 85)
    wings = _profile(smooth[:, (away > 14) & (away < 42)], 70)
    legs = _profile(smooth[:, away < 62], 92)
    rise = np.diff(wings)
    return Landmarks(
        midline,
        top,
        length,
        _peak(lateral, band(SHOULDERS)),
        _peak(rise, band(CREST)),
        _peak(legs, band(KNEES)),
        _peak(legs, band(ANKLES)),
    )


def _profile(columns: NDArray[np.float32], share: float) -> NDArray[np.float64]:
    """A percentile of each row, smoothed over rows; float64 (rows,)."""
    return np.asarray(ndimage.gaussian_filter1d(np.percentile(columns, share, axis=1), 4))


def _peak(profile: NDArray[np.float64], where: slice) -> float:
    return float(where.start + np.argmax(profile[where]))

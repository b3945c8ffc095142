"""A view in the frame of all bodies, its counts turned into ranks so that dose and disease matter little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.registration.frame import COLS, ROWS, BodyFrame
from app.scan.scan import Counts

Picture = NDArray[np.float32]
"""A view in the frame, float32 (ROWS, COLS): 0 air, 0.25-1 the body, from its palest to its hottest pixel."""

COARSE = 4
_PALEST = 0.25
_BLUR = 0.5


@dataclass(frozen=True, eq=False)
class FramedView:
    """A view in the frame; `seen`: bool (ROWS, COLS), where the camera looked."""

    picture: Picture
    seen: Mask

    @property
    def coarse(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Means over blocks, and the share of each that was seen; float32 (ROWS / 4, COLS / 4) each."""
        return blocks(self.picture), blocks(self.seen.astype(np.float32))


def framed(counts: Counts, body: Mask, frame: BodyFrame) -> FramedView:
    """Bring a view into the frame; counts: float32, body: bool (rows, cols)."""
    down, across = float(frame.matrix[1, 1]), float(frame.matrix[0, 0])
    smooth = resampled(blurred(counts, _BLUR * down, _BLUR * across), frame)
    inside = resampled(body.astype(np.float32), frame) > 0.5
    y, x = frame.places(ROWS, COLS)
    seen = (y > -1) & (y < counts.shape[0]) & (x > -1) & (x < counts.shape[1])
    return FramedView(ranked(smooth, inside), np.asarray(seen))


def ranked(image: NDArray[np.float32], inside: Mask) -> Picture:
    """The rank of each pixel among those inside, 0.25-1, and 0 outside; float32 and bool (ROWS, COLS)."""
    picture = np.zeros(image.shape, np.float32)
    values = image[inside]
    order = values.argsort(kind="stable").argsort(kind="stable").astype(np.float32)
    picture[inside] = _PALEST + (1 - _PALEST) * order / max(values.size - 1, 1)
    return picture


def blocks(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over 4 x 4 pixels; float32 (ROWS, COLS) to (ROWS / 4, COLS / 4)."""
    rows, cols = image.shape
    parts = image.reshape(rows // COARSE, COARSE, cols // COARSE, COARSE)
    return np.asarray(parts.mean(axis=(1, 3), dtype=np.float32))


def blurred(image: Counts, rows: float, cols: float) -> Counts:
    """The image after a Gaussian of these standard deviations in pixels; float32 (rows, cols)."""
    from scipy import ndimage

    picture = np.nan_to_num(image, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(ndimage.gaussian_filter(picture, (rows, cols), mode="nearest"), np.float32)


def resampled(
    image: NDArray[np.float32], frame: BodyFrame, size: tuple[int, int] = (ROWS, COLS)
) -> NDArray[np.float32]:
    """The image at the places of the frame, between pixels in proportion, 0 outside.

    image: float32 (rows, cols), or (rows, cols, 2) for a field; the result has `size` rows and columns.
    """
    from scipy import ndimage

    matrix, offset = frame.matrix[::-1, ::-1], frame.offset[::-1]  # rows first
    planes = [image] if image.ndim == 2 else [image[..., each] for each in range(image.shape[2])]
    moved = [
        ndimage.affine_transform(plane, matrix, offset, size, order=1, mode="grid-constant")
        for plane in planes
    ]
    return np.asarray(moved[0] if image.ndim == 2 else np.stack(moved, axis=-1), np.float32)

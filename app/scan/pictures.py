"""Pictures of scans: grey values out of colours, hot made high, and two bodies in one picture told apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.scan.scan import Counts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

GREY_TOLERANCE = 24
"""Difference between colour channels, of 255, that JPEG leaves in a grey picture."""
COLOURED_SHARE = 1e-3
"""Share of pixels that may be coloured, for a coloured cursor or letter, before the picture is refused."""
MIN_SPLIT_SHAPE = 0.4
"""Columns per row from which a picture may hold two bodies; one body has 0.25 to 0.35."""
VALLEY = 0.15
"""The gap between two bodies has less than this share of the signal of either."""


def grey_of_colour(path: Path, picture: NDArray[Any]) -> NDArray[Any]:
    """Grey values (rows, columns) of a picture (rows, columns, 3 or more) whose colours are all grey.

    Raises AppError when it is truly coloured: a colour table cannot be undone safely.
    """
    channels = picture[..., :3].astype(np.float32)
    scale = 255 if picture.dtype.itemsize == 1 else 65535
    spread = channels.max(axis=-1) - channels.min(axis=-1)
    if (spread > GREY_TOLERANCE * scale / 255).mean() > COLOURED_SHARE:
        raise AppError(
            f"{path.name} is a colour picture; colours cannot be turned back into counts.",
            "Export the scan in grey, or better as an NM object.",
        )
    grey: NDArray[Any] = channels.mean(axis=-1)
    return grey


def grey_of_palette(path: Path, dataset: Dataset, stored: NDArray[Any]) -> NDArray[Any]:
    """Grey values of a PALETTE COLOR picture: a grey palette's grey, a rising or falling one's index.

    Brightness is Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Raises AppError for any other palette.
    """
    from pydicom.pixels.processing import apply_color_lut

    used = np.arange(int(stored.min()), int(stored.max()) + 1)
    palette = apply_color_lut(used.astype(stored.dtype)[np.newaxis], dataset)[0].astype(np.float64)
    brightness = palette @ np.array([0.299, 0.587, 0.114])
    if np.ptp(palette, axis=1).max() == 0:
        return np.asarray(brightness[stored.astype(np.int64) - used[0]])
    steps = np.diff(brightness)
    if (steps >= 0).all() or (steps <= 0).all():
        return stored
    raise AppError(
        f"{path.name} is coloured by a table that does not grow steadily brighter.",
        "Export the scan in grey, or better as an NM object.",
    )


def hot_is_high(picture: Counts) -> Counts:
    """The picture with air near 0 and uptake high, whichever way it was drawn; its border's median tells."""
    low, high = float(picture.min()), float(picture.max())
    if _border(picture) > (low + high) / 2:
        return (high - picture).astype(np.float32)
    return (picture - low).astype(np.float32)


def split_column(picture: Counts) -> int | None:
    """The column between two bodies side by side, or None when the picture shows one.

    The lowest of the smoothed column sums in the middle third has to be a gap against both halves, and the
    halves have to carry comparable signal: an arm beside a trunk does not.
    """
    rows, columns = picture.shape
    if columns < MIN_SPLIT_SHAPE * rows or columns < 32:
        return None
    width = max(columns // 64, 1)
    signal = np.clip(picture - _border(picture), 0, None).sum(axis=0, dtype=np.float64)
    profile = np.convolve(signal, np.ones(width) / width, mode="same")
    third = columns // 3
    middle = profile[third : columns - third]
    lowest = np.flatnonzero(middle <= middle.min() + 1e-9 * (1 + profile.max()))
    column = third + int(lowest[np.argmin(np.abs(lowest + third - columns / 2))])
    left, right = profile[:column], profile[column:]
    if profile[column] > VALLEY * min(left.max(), right.max()):
        return None
    weaker, stronger = sorted((float(left.sum()), float(right.sum())))
    return column if weaker > 0.4 * stronger else None


def _border(picture: Counts) -> float:
    """Median of the outermost pixels: air, in almost every picture."""
    return float(np.median(np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])))


def halves(picture: Counts, column: int) -> tuple[Counts, Counts]:
    """Both sides of a column, made equally wide with air where one is narrower."""
    left, right = picture[:, :column], picture[:, column:]
    width = max(left.shape[1], right.shape[1])
    air = float(picture.min())
    return (
        np.pad(left, ((0, 0), (width - left.shape[1], 0)), constant_values=air),
        np.pad(right, ((0, 0), (0, width - right.shape[1])), constant_values=air),
    )

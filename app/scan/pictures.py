"""Pictures of scans: grey values out of colours, hot made high, and two bodies in one picture told apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
SAME_SIGNAL, SAME_HEIGHT, SAME_WIDTH = 0.4, 0.75, 0.3
"""The lesser of two bodies has more than these shares of the other's sum, of common rows, of its width."""
SAME_COURSE = 0.7
"""Correlation of the row sums of two bodies one above the other."""


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

    stored: unsigned integers of any shape, kept. Brightness is Y = 0.299 R + 0.587 G + 0.114 B (ITU-R
    BT.601). Raises AppError for any other palette.
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
    """The picture with air near 0 and uptake high, whichever way it was drawn; its border's median tells.

    picture and result: float32 (rows, cols).
    """
    low, high = float(picture.min()), float(picture.max())
    if border_level(picture) > (low + high) / 2:
        return (high - picture).astype(np.float32)
    return (picture - low).astype(np.float32)


class Piece(NamedTuple):
    """A part of a picture, float32 (rows, cols), and the place of its first pixel in the picture."""

    counts: Counts
    left: int = 0
    top: int = 0


def bodies(picture: Counts) -> list[Piece]:
    """The bodies side by side in a picture with uptake high, each a part of its own; float32 (rows, cols)."""
    column = split_column(picture)
    if column is None:
        return [Piece(picture)]
    left, right = halves(picture, column)
    placed = ((left, column - left.shape[1]), (right, column))
    return [Piece(body.counts, at + body.left) for half, at in placed for body in bodies(half)]


def split_column(picture: Counts) -> int | None:
    """The column between two bodies side by side, or None when the picture shows one.

    Of the gaps in the smoothed column sums, from the middle outwards, the first that has a body on either
    side: with as much signal as the other, or where one is shown darker, as high and about as wide. An arm
    beside a trunk is neither. picture: float32 (rows, cols).
    """
    rows, columns = picture.shape
    if columns < MIN_SPLIT_SHAPE * rows or columns < 32:
        return None
    width = max(columns // 64, 1)
    signal = np.clip(picture - border_level(picture), 0, None)
    profile = np.convolve(signal.sum(axis=0, dtype=np.float64), np.ones(width) / width, mode="same")
    weaker = np.minimum(np.maximum.accumulate(profile), np.maximum.accumulate(profile[::-1])[::-1])
    there = np.flatnonzero(weaker > VALLEY * profile.max())
    if not len(there):
        return None
    middle = (int(there[0]) + int(there[-1])) / 2
    gaps = sorted(
        (_lowest(profile, start, stop) for start, stop in runs(profile <= VALLEY * weaker)),
        key=lambda column: abs(column - middle),
    )
    return next((gap for gap in gaps if _both_bodies(signal[:, :gap], signal[:, gap:])), None)


def stacked(picture: Counts) -> bool:
    """Whether two bodies, or rows of them, lie one above the other in a picture with uptake high.

    An empty row near the middle, with sums above it that run as those below: trunk and legs do not.
    picture: float32 (rows, cols).
    """
    profile = np.clip(picture - border_level(picture), 0, None).sum(axis=1, dtype=np.float64)
    half, near = len(profile) // 2, len(profile) // 8
    row = half - near + int(profile[half - near : half + near + 1].argmin())
    parts = profile[:row], profile[row:]
    weaker = min(part.max() for part in parts)
    if not weaker or profile[row] > 0.02 * weaker:
        return False
    spans = [part[slice(*_span(part))] for part in parts]
    places = np.linspace(0, 1, 64)
    above, below = (np.interp(places, np.linspace(0, 1, len(span)), span) for span in spans)
    if not (above.std() and below.std()):
        return False
    return bool(np.corrcoef(above, below)[0, 1] > SAME_COURSE)


def _lowest(profile: NDArray[np.float64], start: int, stop: int) -> int:
    """The lowest place of a stretch, of several the one nearest to its middle."""
    part = profile[start:stop]
    lowest = np.flatnonzero(part <= part.min() + 1e-9 * (1 + profile.max()))
    return start + int(lowest[np.argmin(np.abs(lowest + start - (start + stop - 1) / 2))])


def _both_bodies(left: Counts, right: Counts) -> bool:
    """Whether both parts hold as much as the other, or something as high and about as wide."""
    weaker, stronger = sorted(float(part.sum(dtype=np.float64)) for part in (left, right))
    if weaker > SAME_SIGNAL * stronger:
        return True
    spans = []
    for part in (left, right):
        if not part.any():
            return False
        spans.append([_span(part.sum(axis=axis, dtype=np.float64)) for axis in (1, 0)])
    (rows, columns), (other_rows, other_columns) = spans
    shared = min(rows[1], other_rows[1]) - max(rows[0], other_rows[0])
    whole = max(rows[1], other_rows[1]) - min(rows[0], other_rows[0])
    widths = sorted((columns[1] - columns[0], other_columns[1] - other_columns[0]))
    return shared > SAME_HEIGHT * whole and widths[0] > SAME_WIDTH * widths[1]


def _span(profile: NDArray[np.float64]) -> tuple[int, int]:
    """Where a profile begins and ends to exceed 2 % of its 95th percentile."""
    above = np.flatnonzero(profile > 0.02 * np.percentile(profile, 95))
    return int(above[0]), int(above[-1]) + 1


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginnings and ends of the stretches of a bool (n,) that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def border_level(picture: Counts) -> float:
    """Median of the outermost pixels of float32 (rows, cols): air, in almost every picture."""
    return float(np.median(np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])))


def halves(picture: Counts, column: int) -> tuple[Counts, Counts]:
    """Both sides of a column of a float32 (rows, cols), made equally wide with air where one is narrower."""
    left, right = picture[:, :column], picture[:, column:]
    width = max(left.shape[1], right.shape[1])
    air = float(picture.min())
    return (
        np.pad(left, ((0, 0), (width - left.shape[1], 0)), constant_values=air),
        np.pad(right, ((0, 0), (0, width - right.shape[1])), constant_values=air),
    )

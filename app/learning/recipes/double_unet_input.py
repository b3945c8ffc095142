"""Both views as Diagnostics 2023;13:3042 has them: body found, brightness set, cut at the knee, joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.learning.frame import Floats, ViewFrame
from app.learning.normalise import body_rows, brightness_factor, clean
from app.learning.recipe import Input
from app.scan.scan import Scan, View, ViewName

ROWS, COLS = 640, 256
"""Of each view, of pixels of the usual matrix of 1024 x 256; the picture is 640 x 512."""
BODY_ROWS = 950
"""The body is centred in so many rows before those below the knee are dropped."""


def double_unet_input(scan: Scan) -> Input:
    """Counts, brought to a mean of 7 to 14, float32 (1, 640, 512): anterior left, posterior right.

    A view of other than 256 columns is brought to 256. One that is missing is air. Raises AppError when both
    are.
    """
    if not scan.views:
        raise AppError(f"{scan.case} has no view.", "Choose a whole-body scan.")
    picture = np.zeros((1, ROWS, 2 * COLS), np.float32)
    frames = []
    for view in scan.views:
        frame, part = _prepared(view)
        _, left, _, right = frame.target
        picture[0, :, left:right] = part
        frames.append(frame)
    return Input(picture, tuple(frames))


def _prepared(view: View) -> tuple[ViewFrame, Floats]:
    """Where a view lies in the picture, and its part of it, float32 (640, 256)."""
    rows, cols = view.counts.shape
    unit = cols / COLS
    first, last = body_rows(view.counts)
    top = (first + last) / 2 - BODY_ROWS * unit / 2
    left = 0 if view.name is ViewName.ANTERIOR else COLS

    def frame(height: int, place: int) -> ViewFrame:
        box = (top, 0.0, top + height * unit, float(cols))
        return ViewFrame(view.name, (rows, cols), box, (0, place, height, place + COLS))

    body = frame(BODY_ROWS, 0).into(clean(view.counts))
    return frame(ROWS, left), body[:ROWS] * np.float32(brightness_factor(body))


def otsu(values: NDArray[np.float32], bins: int = 256) -> float:
    """The value that best parts values in two (Otsu 1979, IEEE Trans SMC 9:62); above it is the upper part.

    values: float32 of any shape. The least value when all are equal.
    """
    number, edges = np.histogram(values, bins=bins)
    if not float(edges[-1]) > float(edges[0]) or np.ptp(values) == 0:
        return float(values.min()) if values.size else 0.0
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(number)[:-1].astype(np.float64)
    above = values.size - below
    total = np.cumsum(number * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = total[:-1] / below - (total[-1] - total[:-1]) / above
    between = np.nan_to_num(below * above * apart**2)
    return float(middles[int(between.argmax())])


def body_of(picture: Floats) -> NDArray[np.bool_]:
    """The pixels of a picture of counts that are no air: above Otsu's threshold on log(1 + counts).

    On raw counts the threshold loses nearly half the body. picture: float32 of any shape, at least 0.
    """
    logs = np.log1p(picture)
    return np.asarray(logs > otsu(logs))

"""Which bone a place most likely is, from where it lies in the body: a suggestion, not a segmentation.

The atlas holds for each place of the body, in units of its height, the region most often found there in
simulated scans (`python -m benchmarks.bone_atlas` makes and measures it). Nothing but top, height and midline
is fitted to the patient.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from app import paths
from app.annotation.geometry import Mask
from app.errors import AppError
from app.quantification.bones import Bone, bone_table
from app.scan.opened_picture import opened_picture
from app.scan.scan import ViewName

ROWS, COLS = 160, 96
HALF_WIDTH = 0.3
"""Columns reach so many body heights to either side of the midline."""


@cache
def atlas() -> NDArray[np.uint8]:
    """Region codes, uint8 (2, ROWS, COLS), anterior first, 0 where no bone was ever found near."""
    file = paths.resources() / "bone_atlas.png"
    try:
        with opened_picture(file, ("PNG",)) as picture:
            codes = np.array(picture, np.uint8)
        return codes.reshape(2, ROWS, COLS)
    except (OSError, ValueError, SyntaxError) as error:
        raise AppError(f"{file.name} cannot be used: {error}.", "Install the program again.") from error


def places(
    body: Mask, axis: float, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Rows and columns of the atlas for image positions; None without a body.

    body: bool (rows, cols); `axis`: column of the midline; x, y: float (n,).
    """
    rows = np.flatnonzero(body.sum(axis=1) >= 3)
    if rows.size < 2:
        return None
    top, height = float(rows[0]), float(rows[-1] - rows[0] + 1)
    down = np.floor((y - top) / height * ROWS)
    across = np.floor(((x - axis) / height / (2 * HALF_WIDTH) + 0.5) * COLS)
    return np.clip(down, 0, ROWS - 1).astype(np.intp), np.clip(across, 0, COLS - 1).astype(np.intp)


def suggest(view: ViewName, body: Mask, axis: float, x: float, y: float) -> Bone | None:
    """The bone at image position (x, y) of a view; None where there is none.

    body: bool (rows, cols); `axis`: column of the midline.
    """
    place = places(body, axis, np.array([x]), np.array([y]))
    if place is None:
        return None
    code = int(atlas()[list(ViewName).index(view), place[0][0], place[1][0]])
    return bone_table().of(code) if code else None

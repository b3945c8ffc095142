"""How hot each place of a normal body usually gets, from where it lies in the body.

`python -m benchmarks.detector COHORT --write` makes the table out of simulated scans without metastases. It
has the geometry of the bone atlas; values are the highest counts of a cell over the median of the body.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from app import paths
from app.annotation.geometry import Mask
from app.errors import AppError
from app.quantification.bone_atlas import COLS, ROWS, places
from app.scan.opened_picture import opened_picture
from app.scan.scan import ViewName

FILE = "usual_uptake.png"
_STEPS, _ZERO = 25.0, 110.0
"""A byte is 25 log2(ratio) + 110: 0.05 to 55 times the median, in steps of 3 %."""

Ratios = NDArray[np.float32]


def encoded(ratios: Ratios) -> NDArray[np.uint8]:
    """Ratios as bytes of the table; uint8 of the same shape."""
    return np.clip(np.rint(_STEPS * np.log2(np.maximum(ratios, 1e-3)) + _ZERO), 0, 255).astype(np.uint8)


@cache
def usual_uptake() -> Ratios:
    """Highest counts over the body's median that nine of ten normal bodies stay below; (2, ROWS, COLS)."""
    file = paths.resources() / FILE
    try:
        with opened_picture(file, ("PNG",)) as picture:
            codes = np.array(picture, np.float32)
        ratios: Ratios = np.exp2((codes.reshape(2, ROWS, COLS) - _ZERO) / _STEPS).astype(np.float32)
        return ratios
    except (OSError, ValueError, SyntaxError) as error:
        raise AppError(f"{file.name} cannot be used: {error}.", "Install the program again.") from error


def usual_on(view: ViewName, body: Mask, axis: float) -> Ratios:
    """The table laid over a body, float32 (rows, cols); 1 outside it. `axis`: column of the midline."""
    laid = np.ones(body.shape, np.float32)
    y, x = np.nonzero(body)
    cells = places(body, axis, x + 0.5, y + 0.5) if y.size else None
    if cells is not None:
        laid[y, x] = usual_uptake()[list(ViewName).index(view)][cells]
    return laid

"""Grey values out of picture files through Pillow: palettes, transparency and EXIF orientation undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

GREY_MODES = {"L", "I", "F", "I;16", "I;16B", "I;16L"}


def picture_arrays(path: Path, formats: tuple[str, ...], pages: tuple[int, ...] = (0,)) -> list[NDArray[Any]]:
    """Pages of a picture upright, each (rows, columns) or, when it may be coloured, (rows, columns, 3)."""
    arrays = []
    with Image.open(path, formats=formats) as image:
        for page in pages:
            image.seek(page)
            upright = ImageOps.exif_transpose(image)
            arrays.append(_array(upright))
    return arrays


def _array(image: Image.Image) -> NDArray[Any]:
    if image.mode in GREY_MODES:
        return np.array(image)
    if image.mode == "1":
        return np.array(image.convert("L"))
    rgba = np.array(image.convert("RGBA"), dtype=np.float32)
    opaque = rgba[..., 3:] / 255
    return np.asarray((rgba[..., :3] * opaque + 255 * (1 - opaque)).astype(np.uint8))  # on white, as on paper

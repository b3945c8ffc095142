"""Grey values out of picture files through Pillow: palettes, transparency and EXIF orientation undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.errors import AppError
from app.scan.opened_picture import opened_picture
from app.scan.pictures import grey_of_colour
from app.scan.scan import Counts

GREY_MODES = {"L", "I", "F", "I;16", "I;16B", "I;16L"}


def picture_arrays(path: Path, formats: tuple[str, ...], pages: tuple[int, ...] = (0,)) -> list[NDArray[Any]]:
    """Pages of a picture upright, each (rows, columns) or, when it may be coloured, (rows, columns, 3)."""
    arrays = []
    with opened_picture(path, formats) as image:
        for page in pages:
            image.seek(page)
            upright = ImageOps.exif_transpose(image)
            arrays.append(_array(upright))
    return arrays


def picture_size(path: Path, file_format: str) -> tuple[int, int]:
    """Rows and columns as a picture is stored, from its header; raises AppError when that is damaged."""
    try:
        with opened_picture(path, (file_format,)) as image:
            return image.height, image.width
    except Exception as error:  # a damaged picture fails in more ways than Pillow documents
        raise _damaged(path) from error


def grey_picture(path: Path, file_format: str) -> Counts:
    """The grey values of a picture upright, float32 (1, rows, columns); raises AppError when damaged."""
    try:
        (picture,) = picture_arrays(path, (file_format,))
    except Exception as error:  # see above
        raise _damaged(path) from error
    grey = grey_of_colour(path, picture) if picture.ndim == 3 else picture
    return grey[np.newaxis].astype(np.float32)


def _damaged(path: Path) -> AppError:
    return AppError(f"The picture in {path.name} is damaged.", "Copy the file again from its origin.")


def _array(image: Image.Image) -> NDArray[Any]:
    if image.mode in GREY_MODES:
        return np.array(image)
    if image.mode == "1":
        return np.array(image.convert("L"))
    rgba = np.array(image.convert("RGBA"), dtype=np.float32)
    opaque = rgba[..., 3:] / 255
    return np.asarray((rgba[..., :3] * opaque + 255 * (1 - opaque)).astype(np.uint8))  # on white, as on paper

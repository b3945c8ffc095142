"""Picture files of strangers: opened within bounds, and refused in one way."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.scan.limits import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image


@contextmanager
def opened_picture(source: Path | BinaryIO, formats: tuple[str, ...] | None = None) -> Iterator[Image]:
    """A picture, its size checked before a pixel of it is decoded.

    Raises OSError, also for what is none of the formats, and ValueError for what is larger than any scan, or
    turns out to be damaged while the block decodes it.
    """
    from PIL import Image

    try:
        with Image.open(source, formats=formats) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError(f"it claims {picture.width} × {picture.height} pixels")
            yield picture
    except (Image.DecompressionBombError, SyntaxError, EOFError, OverflowError, struct.error) as error:
        raise ValueError("it is damaged") from error

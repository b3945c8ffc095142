"""The picture of a view that goes beside label files, for programs that cannot read DICOM."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_set import Size
from app.scan.palettes import GREY, palette
from app.scan.scan import Scan, ViewName
from app.scan.window import auto_level, lookup_table, to_index


def view_picture(scan: Scan | None, view: ViewName, size: Size) -> bytes:
    """An 8-bit PNG in inverse grey at automatic levels; a white one of `size` where there is no scan."""
    image = scan.view(view) if scan is not None else None
    if scan is None or image is None:
        return png_bytes(np.full((size[1], size[0]), 255, np.uint8))
    levels = auto_level([each.counts for each in scan.views])
    indexed = to_index(image.counts)
    table = lookup_table(indexed, levels, "linear", True, palette(GREY))
    return png_bytes(table[:, 0][indexed.index])


def png_bytes(
    pixels: NDArray[np.uint8], colours: bytes | None = None, text: dict[str, str] | None = None
) -> bytes:
    """A PNG of uint8 (rows, cols); with `colours` (768 bytes of red, green, blue) pixels are indices."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if colours is not None:
        picture.putpalette(colours)  # turns grey into indices
    chunks = PngInfo()
    for key, words in (text or {}).items():
        chunks.add_itxt(key, words)
    buffer = BytesIO()
    picture.save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()

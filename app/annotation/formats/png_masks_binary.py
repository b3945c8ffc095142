"""PNG masks with 255 for metastasis and 0 for everything else; read like any other mask."""

from __future__ import annotations

from app.annotation.formats.png_masks import cases, read
from app.annotation.formats.png_masks import write_binary as write

__all__ = ["KEEPS_NAMES", "KEEPS_POINTS", "NAME", "READ_ONLY", "TITLE", "cases", "read", "write"]

NAME = "png-binary"
TITLE = "PNG masks with 255 for metastasis and 0 for everything else"
READ_ONLY = False
KEEPS_POINTS = False
KEEPS_NAMES = False

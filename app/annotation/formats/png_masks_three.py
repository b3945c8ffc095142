"""PNG masks with three classes: 0 nothing, 1 no metastasis, 2 metastasis; read like any other mask."""

from __future__ import annotations

from app.annotation.formats.png_masks import cases, read
from app.annotation.formats.png_masks import write_three as write

__all__ = ["KEEPS_NAMES", "KEEPS_POINTS", "NAME", "READ_ONLY", "TITLE", "cases", "read", "write"]

NAME = "png-three"
TITLE = "PNG masks with three classes: 0 nothing, 1 no metastasis, 2 metastasis"
READ_ONLY = False
KEEPS_POINTS = False
KEEPS_NAMES = False

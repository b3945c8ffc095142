"""Pictures of scans in BMP: looked at and marked, never measured."""

from __future__ import annotations

from pathlib import Path

from app.scan.limits import check_dimensions
from app.scan.readers.picture_facts import picture_source
from app.scan.scan import Counts
from app.scan.source import Source

NAME = "BMP"
_HEADERS = {12, 40, 52, 56, 64, 108, 124}
"""Lengths of the header that follows the first 14 bytes, in all versions of the format."""


def recognises(head: bytes) -> bool:
    """Whether a file that begins with `head` is BMP."""
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _HEADERS


def open_source(path: Path) -> Source:
    """What a BMP file offers, from its header; raises AppError when it is damaged or too large."""
    from app.scan.readers.pillow_image import picture_size

    rows, columns = picture_size(path, NAME)
    check_dimensions(path, rows, columns)
    return picture_source(path, NAME, rows, columns, pages=1, load=lambda: _load(path))


def _load(path: Path) -> Counts:
    from app.scan.readers.pillow_image import grey_picture

    return grey_picture(path, NAME)

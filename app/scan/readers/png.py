"""Pictures of scans in PNG, 8 or 16 bit: looked at and marked, never measured."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.scan.limits import check_dimensions
from app.scan.readers.picture_facts import picture_source
from app.scan.readers.reader import ScanReader
from app.scan.scan import Counts
from app.scan.source import ScanSource

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _open(path: Path) -> ScanSource:
    """What a PNG file offers, from its header (IHDR); raises AppError when it is damaged or too large."""
    with path.open("rb") as file:
        head = file.read(33)
    if len(head) < 33 or head[12:16] != b"IHDR":
        raise AppError(f"{path.name} is cut short: not even its header is whole.", "Copy the file again.")
    columns, rows = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    check_dimensions(path, rows, columns)
    return picture_source(path, "PNG", rows, columns, pages=1, load=lambda: _load(path))


def _load(path: Path) -> Counts:
    from app.scan.readers.pillow_image import grey_picture  # Pillow is not needed for a list of files

    return grey_picture(path, "PNG")


PNG = ScanReader("PNG", lambda head: head.startswith(_SIGNATURE), _open)

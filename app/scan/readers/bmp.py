"""Pictures of scans in BMP: looked at and marked, never measured."""

from __future__ import annotations

from functools import partial

from app.scan.readers.picture_facts import picture_by_pillow
from app.scan.readers.reader import ScanReader

_HEADERS = {12, 40, 52, 56, 64, 108, 124}
"""Lengths of the header that follows the first 14 bytes, in all versions of the format."""


def _recognises(head: bytes) -> bool:
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _HEADERS


BMP = ScanReader("BMP", _recognises, partial(picture_by_pillow, "BMP"))

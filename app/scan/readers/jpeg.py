"""Pictures of scans in JPEG: looked at and marked, never measured."""

from __future__ import annotations

from functools import partial

from app.scan.readers.picture_facts import picture_by_pillow
from app.scan.readers.reader import ScanReader

JPEG = ScanReader(
    "JPEG", lambda head: head.startswith(b"\xff\xd8\xff"), partial(picture_by_pillow, "JPEG", lossy=True)
)

"""What reads one format of scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.scan.source import ScanSource


@dataclass(frozen=True)
class ScanReader:
    """A format, known by its content and not by a file's ending."""

    name: str
    recognises: Callable[[bytes], bool]
    """Whether a file that begins with these bytes is of the format."""
    open_source: Callable[[Path], ScanSource]
    """What a file offers, from its header alone; raises AppError when it is damaged or too large."""

"""Reads a scan out of any file that one of the readers knows, by content and not by extension."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from app.errors import AppError
from app.scan.limits import file_size
from app.scan.pairing import scan_from
from app.scan.readers import dicom, png, tiff
from app.scan.scan import Scan
from app.scan.source import Source

READERS: tuple[ModuleType, ...] = (dicom, tiff, png)
"""Formats in the order in which they are tried; adding one is a file in `readers/` and a place here."""


def read_scan(path: Path, *more: Path, case: str = "") -> Scan:
    """One scan from a file with both views, or from two files with one view each.

    The case code is the first file's stem unless given. Raises AppError with one sentence that names the
    file, what is wrong with it and what to do.
    """
    sources = [open_source(Path(each)) for each in (path, *more)]
    return scan_from(case or Path(path).stem, sources)


def open_source(path: Path) -> Source:
    """What a file offers, from its header alone; raises AppError when no reader can use it."""
    file_size(path)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        for reader in READERS:
            if reader.recognises(head):
                source: Source = reader.open_source(path)
                return source
    except OSError as error:
        raise AppError(
            f"{path.name} cannot be read: {error.strerror or 'input error'}.", "Check the disk."
        ) from error
    known = ", ".join(reader.NAME for reader in READERS)
    raise AppError(
        f"{path.name} is none of the formats that can be read ({known}).", "Export the scan as DICOM."
    )

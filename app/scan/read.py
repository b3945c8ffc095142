"""Reads a scan out of any file that one of the readers knows, by content and not by extension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import AppError
from app.files import refused
from app.scan.grouping import paired_by_name
from app.scan.limits import file_size
from app.scan.pairing import scan_from
from app.scan.readers.bmp import BMP
from app.scan.readers.dicom import DICOM
from app.scan.readers.jpeg import JPEG
from app.scan.readers.png import PNG
from app.scan.readers.reader import ScanReader
from app.scan.readers.tiff import TIFF
from app.scan.scan import Scan
from app.scan.source import ScanSource
from app.scan.told_sides import NOTHING_TOLD, ToldSides

READERS: tuple[ScanReader, ...] = (DICOM, TIFF, PNG, JPEG, BMP)
"""Formats in the order in which they are tried; adding one is a file in `readers/` and a place here."""


def read_scan(path: Path, *more: Path, case: str = "", told: ToldSides = NOTHING_TOLD) -> Scan:
    """One scan from a file with both views, or from two files with one view each.

    The case code is the first file's stem unless given; `told`: what a person said of the folder's pictures.
    Raises AppError with one sentence that names the file, what is wrong with it and what to do.
    """
    path = Path(path)
    sources = paired_by_name(told.told(open_source(Path(each)) for each in (path, *more)))
    with one_sentence(path):
        return scan_from(case or path.stem, sources)


def open_source(path: Path) -> ScanSource:
    """What a file offers, from its header alone; raises AppError when no reader can use it."""
    file_size(path)
    with one_sentence(path):
        with path.open("rb") as file:
            head = file.read(4096)
        for reader in READERS:
            if reader.recognises(head):
                return reader.open_source(path)
    known = ", ".join(reader.name for reader in READERS)
    raise AppError(
        f"{path.name} is none of the formats that can be read ({known}).", "Export the scan as DICOM."
    )


@contextmanager
def one_sentence(path: Path) -> Iterator[None]:
    """Turn whatever damaged bytes provoke in the parsers, documented or not, into an AppError."""
    try:
        yield
    except AppError:
        raise
    except OSError as error:
        raise refused(path, error, "Check the disk and the access rights.", "cannot be read") from error
    except Exception as error:
        raise AppError(
            f"{path.name} is damaged: its header contradicts itself.", "Copy or export it again."
        ) from error

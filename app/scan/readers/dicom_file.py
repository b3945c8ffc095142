"""Opening DICOM files from anywhere: bounded, quiet, and tolerant of what optional elements hold."""

from __future__ import annotations

import io
import logging
import math
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.scan.limits import MAX_INFLATED_BYTES

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT = "1.2.840.10008.1.2.1"

BAD_VALUE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises when it converts an element that does not hold what its type says."""


def recognises(head: bytes) -> bool:
    """Whether a file that begins with `head` is DICOM: by its magic, or by a first group without preamble."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 8 or head[:2] not in (b"\x02\x00", b"\x08\x00") or head[3] != 0:
        return False
    explicit = head[4:6] in (b"UL", b"UI", b"CS", b"OB", b"DA", b"TM", b"SH", b"LO", b"SQ")
    return explicit or 0 < int.from_bytes(head[4:8], "little") <= 256


def open_dataset(path: Path, pixels: bool = False) -> FileDataset:
    """The elements of a file, without pixel data unless asked for.

    Raises AppError when the file is not DICOM, damaged or inflates beyond all measure.
    """
    from pydicom import config, dcmread

    # pydicom quotes values in its complaints, and a value can be a patient's name
    config.settings.reading_validation_mode = config.IGNORE
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module="pydicom")
    try:
        with path.open("rb") as file:
            deflated = DEFLATED.encode() in file.read(1024)
            file.seek(0)
            source: io.BufferedIOBase = io.BytesIO(_inflated(path, file.read())) if deflated else file
            return _with_identity(dcmread(source, stop_before_pixels=not pixels, force=True))
    except AppError:
        raise
    except Exception as error:  # a parser fed with damaged bytes fails in more ways than it documents
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the content
        raise AppError(
            f"{path.name} is damaged: its DICOM elements cannot be read.", "Copy it again."
        ) from error


def _with_identity(dataset: FileDataset) -> FileDataset:
    """The same, its SOP class and instance taken from the file meta where they stand only there."""
    for keyword in ("SOPClassUID", "SOPInstanceUID"):
        given = dataset.file_meta.get(f"MediaStorage{keyword}")
        if given and not text(dataset, keyword):
            setattr(dataset, keyword, given)
    return dataset


def _inflated(path: Path, data: bytes) -> bytes:
    """The file as uncompressed explicit little endian, its transfer syntax renamed in place."""
    if data[132:138] != b"\x02\x00\x00\x00UL":
        raise AppError(
            f"{path.name} is deflated without the length of its header.", "Export it uncompressed."
        )
    start = 144 + int.from_bytes(data[140:144], "little")
    meta = data[:start].replace(DEFLATED.encode(), EXPLICIT.encode().ljust(len(DEFLATED), b"\0"))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = inflater.decompress(data[start:], MAX_INFLATED_BYTES)
    except zlib.error as error:
        raise AppError(
            f"{path.name} is damaged: its deflated part cannot be inflated.", "Copy it again."
        ) from error
    if inflater.unconsumed_tail:
        raise AppError(
            f"{path.name} inflates to more than {MAX_INFLATED_BYTES // 2**20} MiB.",
            "No whole-body scan does; export it again, uncompressed.",
        )
    return meta + body


def value_of(dataset: Dataset, keyword: str) -> Any:  # as manifold as DICOM's value representations
    """The value of an element, None when it is absent or cannot be converted."""
    from pydicom.errors import BytesLengthException

    try:
        return dataset.get(keyword)
    except (BytesLengthException, *BAD_VALUE):
        return None


def text(dataset: Dataset, keyword: str) -> str:
    """All values of an element joined by a space, empty when absent or unreadable."""
    value = value_of(dataset, keyword)
    try:
        parts = value if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]
        return " ".join(str(part).strip() for part in parts if part is not None).strip()
    except BAD_VALUE:
        return ""


def numbers(dataset: Dataset, keyword: str) -> list[float]:
    """The finite values of a numeric element, empty when absent or unreadable."""
    value = value_of(dataset, keyword)
    try:
        parts = value if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)) else [value]
        found = [float(part) for part in parts if part is not None and part != ""]
    except BAD_VALUE:
        return []
    return found if all(math.isfinite(part) for part in found) else []


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value of a numeric element, or None."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def integer(dataset: Dataset, keyword: str, default: int) -> int:
    """The first value of a numeric element as an integer, or the default."""
    found = number(dataset, keyword)
    return default if found is None else int(found)


def items(dataset: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence, empty when absent or unreadable."""
    value = value_of(dataset, keyword)
    return list(value) if hasattr(value, "append") else []

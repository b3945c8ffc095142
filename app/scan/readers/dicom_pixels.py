"""The stored values of a DICOM image as counts; native decoders run apart from the program."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.scan.isolation import IsolatedFailure, run_isolated
from app.scan.limits import check_dimensions
from app.scan.readers.dicom_bits import Bits, values_of
from app.scan.readers.dicom_file import integer, items, number, numbers, text
from app.scan.scan import Counts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
NEVER_LOSSLESS = {"1.2.840.10008.1.2.4.50", JPEG_EXTENDED, "1.2.840.10008.1.2.4.81"}
JPEG_2000 = "1.2.840.10008.1.2.4.91"
DECODE_SECONDS = 30.0
COUNT_TOLERANCE = 0.01
"""Counts Accumulated and the pixel sum may differ by so much before a warning is given."""

COUNT_UNITS = {"", "1", "{counts}", "{propcounts}", "CNTS", "CNT", "no units", "counts"}
"""Real World Value units that are counts or proportional to them (UCUM, and PET's CNTS)."""


def is_lossy(dataset: FileDataset, syntax: str) -> bool:
    """Lossy by the flag (0028,2110), or by syntax; JPEG 2000 .91 may lose unless flagged 00."""
    flag = text(dataset, "LossyImageCompression")
    return flag == "01" or syntax in NEVER_LOSSLESS or (syntax == JPEG_2000 and flag != "00")


def stored_values(dataset: FileDataset, path: Path, syntax: str, warnings: list[str]) -> NDArray[Any]:
    """Stored values, integer (frames, rows, columns), or (frames, rows, columns, 3) of a colour image.

    `warnings` says where they are not read as the header has it. Raises AppError when there are none, they
    are of implausible size or cannot be decoded.
    """
    rows, columns = integer(dataset, "Rows", 0), integer(dataset, "Columns", 0)
    frames, samples = integer(dataset, "NumberOfFrames", 1), integer(dataset, "SamplesPerPixel", 1)
    check_dimensions(path, rows, columns, frames, samples)
    options = {
        "rows": rows,
        "columns": columns,
        "number_of_frames": frames,
        "samples_per_pixel": samples,
        "photometric_interpretation": text(dataset, "PhotometricInterpretation") or "MONOCHROME2",
        "bits_allocated": integer(dataset, "BitsAllocated", 16),
        "bits_stored": integer(dataset, "BitsStored", integer(dataset, "BitsAllocated", 16)),
        "pixel_representation": integer(dataset, "PixelRepresentation", 0),
        "pixel_keyword": "PixelData",
    }
    if samples > 1:
        options["planar_configuration"] = integer(dataset, "PlanarConfiguration", 0)
    if _keeps_words(syntax):  # or pydicom would drop bits that may be counts
        options["bits_stored"] = options["bits_allocated"]
    try:
        raw = bytes(dataset.PixelData)
        values = _decode(syntax, raw, options, path)
        shape = (frames, rows, columns) + ((samples,) if samples > 1 else ())
        return _significant(values.reshape(shape), dataset, syntax, warnings)
    except AppError:
        raise
    except IsolatedFailure as error:
        raise AppError(
            f"The compressed image in {path.name} cannot be decoded: {error}.",
            "Export it again, uncompressed.",
        ) from error
    except Exception as error:  # damaged pixel data fails in more ways than the decoders document
        raise AppError(
            f"The pixel data of {path.name} do not fit its header or are damaged.", "Export the scan again."
        ) from error


def _decode(syntax: str, raw: bytes, options: dict[str, Any], path: Path) -> NDArray[Any]:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    uid = UID(syntax)
    if not uid.is_encapsulated:
        _check_native_length(raw, options, path)
        return decode(syntax, raw, options)
    if syntax == JPEG_EXTENDED and options["bits_stored"] > 8 and not _has_libjpeg():
        raise AppError(
            f"{path.name} is compressed as 12-bit JPEG Extended, which needs an extra decoder.",
            'Install it with: pip install "scintiread[jpeg12]"',
        )
    try:
        get_decoder(uid)
    except NotImplementedError as error:
        raise AppError(
            f"{path.name} is compressed as {uid.name}, which is not supported.", "Export it again."
        ) from error
    return run_isolated(DECODE_SECONDS, decode, syntax, raw, options)


def decode(syntax: str, raw: bytes, options: dict[str, Any]) -> NDArray[Any]:
    """Decode with pydicom and whatever plugin can, into its integers (frames, rows, cols, samples), without
    axes of one; module level, because the decoder process calls it.
    """
    from pydicom.pixels.decoders.base import get_decoder

    values, _ = get_decoder(syntax).as_array(raw, **options)
    return np.asarray(values)


def _has_libjpeg() -> bool:
    from importlib.util import find_spec

    return find_spec("libjpeg") is not None


def _check_native_length(raw: bytes, options: dict[str, Any], path: Path) -> None:
    pixels = options["rows"] * options["columns"] * options["number_of_frames"] * options["samples_per_pixel"]
    needed = math.ceil(pixels * options["bits_allocated"] / 8)
    if len(raw) < needed:
        raise AppError(
            f"{path.name} is cut short: {len(raw):,} of {needed:,} bytes of pixel data are there.",
            "Copy the file again from its origin.",
        )


def _significant(
    values: NDArray[Any], dataset: FileDataset, syntax: str, warnings: list[str]
) -> NDArray[Any]:
    """The bits of decoded words that are values; the decoders of JPEG have left out the others already."""
    if values.dtype.kind not in "iu" or integer(dataset, "BitsAllocated", 16) != 8 * values.dtype.itemsize:
        return values
    allocated = 8 * values.dtype.itemsize
    stored = integer(dataset, "BitsStored", allocated) if _keeps_words(syntax) else allocated
    signed = values.dtype.kind == "i"
    header = Bits.of_header(allocated, stored, integer(dataset, "HighBit", stored - 1), signed)
    accumulated, to_counts = number(dataset, "CountsAccumulated"), rescale(dataset, [])

    def fits(read: NDArray[Any]) -> bool:
        return sums_to(as_counts(read, *to_counts), accumulated or 0)

    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    words = native.view(f"u{values.dtype.itemsize}")
    original = "ORIGINAL" in text(dataset, "ImageType").upper().split()
    return values_of(words, header, fits if accumulated else None, original, warnings)


def _keeps_words(syntax: str) -> bool:
    """Whether pixel data hold whole words, with whatever lies around their values."""
    from pydicom.uid import UID, RLELossless

    return not UID(syntax).is_encapsulated or syntax == RLELossless


def sums_to(counts: Counts, accumulated: float) -> bool:
    """Whether counts of any shape sum to Counts Accumulated, within 1 %."""
    return abs(float(counts.sum(dtype=np.float64)) - accumulated) <= COUNT_TOLERANCE * accumulated


def as_counts(stored: NDArray[Any], slope: float, intercept: float) -> Counts:
    """Counts, float32 (frames, rows, columns): stored values times slope plus intercept.

    MONOCHROME1 and palettes say how values are to be shown, not what they are: the stored value stays the
    number of counts.
    """
    return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


def rescale(dataset: Dataset, warnings: list[str]) -> tuple[float, float]:
    """Slope and intercept from stored values to counts, (1, 0) when the file gives none.

    Rescale Slope (0028,1053) and Intercept (0028,1052), or else the Real World Value Mapping (0040,9096),
    when finite with a slope other than zero, and in units of counts.
    """
    slope = number(dataset, "RescaleSlope")
    intercept = number(dataset, "RescaleIntercept") or 0.0
    if slope is not None and slope != 0 and (slope, intercept) != (1, 0):
        return slope, intercept
    if slope == 0:
        warnings.append("Rescale Slope is 0; the stored values are taken as counts.")
    for mapping in items(dataset, "RealWorldValueMappingSequence"):
        world = number(mapping, "RealWorldValueSlope")
        offset = number(mapping, "RealWorldValueIntercept") or 0.0
        units = next((text(unit, "CodeValue") for unit in items(mapping, "MeasurementUnitsCodeSequence")), "")
        if not world or not numbers(mapping, "RealWorldValueSlope"):
            continue
        if units in COUNT_UNITS:
            return world, offset
        warnings.append(f"Real world values in {units} are not counts; the stored values are used.")
    return 1.0, 0.0

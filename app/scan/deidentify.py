"""De-identification of a DICOM scan by allow-list, after PS3.15 annex E.

Pixels are decoded and written plain: comments inside a compressed stream, bits above the stored ones and
bytes after the image stay behind as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app import __version__
from app.errors import AppError
from app.scan import deidentify_rules as rules
from app.scan.deidentify_elements import (
    DeidentifyOptions,
    allowed,
    check_leaks,
    identifying_words,
    kept_elements,
    patient_identity,
    replace_dates,
    replace_identity,
)
from app.scan.pseudonyms import Pseudonyms
from app.scan.readers.dicom import DICOM, transfer_syntax
from app.scan.readers.dicom_file import integer, number, open_dataset, text, value_of
from app.scan.readers.dicom_pixels import stored_values
from app.scan.readers.dicom_views import item_places
from app.scan.scan import ViewEvidence, ViewName
from app.scan.source import ScanSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

VIEW_ITEMS = {
    ViewName.ANTERIOR: ("399321004", "SCT", "anterior"),
    ViewName.POSTERIOR: ("399001007", "SCT", "posterior"),
}


@dataclass(frozen=True)
class Deidentified:
    """A de-identified file: its bytes, the patient's code, a name for it, and what the key file needs."""

    content: bytes
    patient: str
    name: str
    identity: str
    shift_days: int
    shift_seconds: int = 0


def deidentify(path: Path, pseudonyms: Pseudonyms, options: DeidentifyOptions) -> Deidentified:
    """The scan in `path` without identity, as an uncompressed DICOM file in memory.

    Raises AppError when it is no whole-body scan, cannot be decoded, may have text burned in, or when any
    name or number of the patient would survive.
    """
    source = DICOM.open_source(path)
    original = open_dataset(path, pixels=True)
    values = stored_values(original, path, transfer_syntax(original), [])
    if not (options.no_burned_in_text or options.blank):
        _check_burned_in(path, original, counted_only(source, original, values))
    identity = patient_identity(original)
    words = identifying_words(original, options)
    clean = kept_elements(original, words, allowed(options))
    replace_dates(original, clean, pseudonyms, identity, options)
    replace_identity(original, clean, pseudonyms, identity, options, words)
    _views(source, clean)
    _pixels(original, values.copy(), clean, options, source.display_only)
    check_leaks(path, clean, words)
    _method(clean, options)
    content = _written(clean)
    return Deidentified(
        content=content,
        patient=str(clean.PatientID),
        name=f"{clean.PatientID}_{pseudonyms.file(text(original, 'SOPInstanceUID') or path.name)}.dcm",
        identity=identity,
        shift_days=pseudonyms.shift_days(identity) if options.dates else 0,
        shift_seconds=pseudonyms.shift_seconds(identity) if options.dates else 0,
    )


def counted_only(source: ScanSource, original: Dataset, values: NDArray[Any]) -> bool:
    """Whether every value is a count, which leaves no room for text: an original image of the camera's own
    kind, whose stored values, integers (frames, rows, columns), sum to Counts Accumulated (0018,0070) to the
    last one.
    """
    given = number(original, "CountsAccumulated") or 0
    kind = text(original, "ImageType").upper().split()[:2]
    if source.display_only or kind != ["ORIGINAL", "PRIMARY"] or source.lossy:
        return False
    return given > 0 and int(values.sum(dtype=np.int64)) == given


def _check_burned_in(path: Path, original: Dataset, counted: bool) -> None:
    status = text(original, "BurnedInAnnotation").upper()
    if status == "NO" or (counted and status != "YES"):
        return
    said = (
        "says that text is burned into its image"
        if status == "YES"
        else "does not say whether text is burned in"
    )
    raise AppError(
        f"{path.name} {said}.",
        "Look at it; then confirm that it shows none (--no-burned-in-text), or blank the text (--blank).",
    )


def _views(source: ScanSource, clean: Dataset) -> None:
    """Write down the sides that only free or private text named, for that text is gone."""
    from pydicom.dataset import Dataset

    if source.display_only or any(
        frame.evidence not in (ViewEvidence.CODE, ViewEvidence.TEXT) for frame in source.frames
    ):
        return
    indices = [frame.index for frame in source.frames]
    places = item_places(clean, indices, [])
    detectors = list(clean.get("DetectorInformationSequence") or [])
    if None in places or len(set(places)) < len(places):
        if integer(clean, "NumberOfFrames", 1) != len(indices):
            return
        places, detectors = [*range(len(indices))], [Dataset() for _ in indices]
        clean.DetectorVector = [place + 1 for place in range(len(indices))]
    for frame, place in zip(source.frames, places, strict=True):
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = VIEW_ITEMS[
            frame.view or ViewName.ANTERIOR
        ]
        detectors[place or 0].ViewCodeSequence = [item]
    clean.DetectorInformationSequence = detectors


def _pixels(
    original: Dataset, values: NDArray[Any], clean: Dataset, options: DeidentifyOptions, display_only: bool
) -> None:
    air = float(values.min()) if display_only else 0
    for row, column, height, width in options.blank:
        values[:, row : row + height, column : column + width] = air
    if values.ndim == 4:
        clean.PhotometricInterpretation, clean.PlanarConfiguration = "RGB", 0
    if text(original, "PhotometricInterpretation") == "PALETTE COLOR":
        for colour in ("Red", "Green", "Blue"):
            for part in ("Descriptor", "Data"):
                keyword = f"{colour}PaletteColorLookupTable{part}"
                if keyword in original:
                    clean[keyword] = original[keyword]
    if (pointer := value_of(original, "FrameIncrementPointer")) is not None:
        clean.FrameIncrementPointer = pointer
    clean.BitsAllocated = values.dtype.itemsize * 8
    clean.BitsStored = _bits_stored(original, values)
    clean.HighBit, clean.PixelRepresentation = clean.BitsStored - 1, int(values.dtype.kind == "i")
    content = values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
    clean.PixelData = content + b"\0" * (len(content) % 2)
    clean["PixelData"].VR = "OB" if values.dtype.itemsize == 1 else "OW"
    clean.BurnedInAnnotation = "NO"


def _bits_stored(original: Dataset, values: NDArray[Any]) -> int:
    """Bits Stored of the original where all values fit into them, else all bits of a value."""
    said, whole = integer(original, "BitsStored", 0), 8 * values.dtype.itemsize
    magnitude = max(int(values.max()), -int(values.min()) - 1).bit_length() + (values.dtype.kind == "i")
    return said if magnitude <= said <= whole else whole


def _method(clean: Dataset, options: DeidentifyOptions) -> None:
    from pydicom.dataset import Dataset

    applied = ["basic"]
    applied += ["pixels"] if options.blank else []
    applied += [
        name for name in ("descriptions", "dates", "characteristics", "device") if getattr(options, name)
    ]
    sequence = []
    for name in applied:
        item = Dataset()
        item.CodeValue, item.CodeMeaning = rules.METHODS[name]
        item.CodingSchemeDesignator = "DCM"
        sequence.append(item)
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = f"ScintiRead {__version__}, allow-list"
    clean.DeidentificationMethodCodeSequence = sequence
    clean.SpecificCharacterSet = "ISO_IR 192"


def _written(clean: Dataset) -> bytes:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = clean.SOPClassUID
    meta.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
    buffer = BytesIO()
    FileDataset("", clean, file_meta=meta, preamble=bytes(128)).save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()

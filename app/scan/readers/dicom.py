"""Whole-body scans in DICOM: nuclear-medicine objects, and pictures of them in Secondary Captures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.errors import AppError
from app.scan.limits import check_dimensions
from app.scan.pictures import grey_of_colour, grey_of_palette
from app.scan.readers import dicom_facts, dicom_views
from app.scan.readers.dicom_file import integer, number, open_dataset, recognises, text
from app.scan.readers.dicom_pixels import as_counts, is_lossy, rescale, stored_values, sums_to
from app.scan.readers.reader import ScanReader
from app.scan.scan import Counts
from app.scan.source import ScanSource

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

NM_STORAGE = "1.2.840.10008.5.1.4.1.1.20"
MODALITIES = {"NM", "ST", "OT", "SC", ""}
"""Nuclear medicine, its retired name, and what exported pictures carry."""
OTHER_KINDS = {"DYNAMIC", "GATED", "TOMO"}
"""Words in Image Type (0008,0008) value 3 of NM objects that are not planar views."""


def _open(path: Path) -> ScanSource:
    """What a DICOM file offers, from its header; raises AppError when it holds no whole-body view."""
    dataset = open_dataset(path)
    syntax = transfer_syntax(dataset)
    _refuse_other_kinds(dataset, path)
    rows, columns = integer(dataset, "Rows", 0), integer(dataset, "Columns", 0)
    samples = integer(dataset, "SamplesPerPixel", 1)
    check_dimensions(path, rows, columns, integer(dataset, "NumberOfFrames", 1), samples)
    warnings: list[str] = []
    display_only = _is_picture(dataset)
    if display_only and (number := integer(dataset, "NumberOfFrames", 1)) > 1:
        raise AppError(
            f"{path.name} holds {number} captured pictures ({_kind(dataset)}), not the counts of a scan.",
            "Choose the whole-body image.",
        )
    frames = dicom_views.frames(dataset, path, warnings)
    if text(dataset, "BurnedInAnnotation") == "YES":
        warnings.append("Text is burned into the image; it may name the patient.")
    if "STATIC" in text(dataset, "ImageType").split():
        warnings.append("The file calls itself a static image, not a whole-body scan.")
    to_counts = rescale(dataset, warnings)
    facts = dicom_facts.acquisition(dataset, _syntax_name(syntax))
    return ScanSource(
        path=path,
        rows=rows,
        columns=columns,
        frames=frames,
        load=lambda doubts: _load(path, [frame.index for frame in frames], display_only, to_counts, doubts),
        spacing_mm=dicom_facts.spacing_mm(dataset, warnings),
        counts_accumulated=facts.counts_accumulated,
        acquisition=facts,
        warnings=tuple(warnings),
        lossy=is_lossy(dataset, syntax),
        display_only=display_only,
        simulated=dicom_facts.simulated(dataset),
        examination=dicom_facts.examination(dataset),
        instance=dicom_facts.instance(dataset),
        date=dicom_facts.date_of(dataset),
        place=(integer(dataset, "SeriesNumber", 0), integer(dataset, "InstanceNumber", 0)),
    )


def _load(
    path: Path, indices: list[int], display_only: bool, to_counts: tuple[float, float], warnings: list[str]
) -> Counts:
    dataset = open_dataset(path, pixels=True)
    stored = stored_values(dataset, path, transfer_syntax(dataset), warnings)
    if stored.ndim == 4:
        stored = grey_of_colour(path, stored[0])[np.newaxis]
    elif display_only and text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        stored = grey_of_palette(path, dataset, stored)
    counts = as_counts(stored, *to_counts)
    if not np.isfinite(counts).all():
        raise AppError(
            f"{path.name} gives counts beyond all measure after rescaling.", "Export the scan again."
        )
    given = number(dataset, "CountsAccumulated") or 0  # of all frames together, PS3.3 C.8.4.8
    if given > 0 and not display_only and not sums_to(counts, given):
        total = float(counts.sum(dtype=np.float64))
        apart = f"{total / given - 1:+.1%}"
        warnings.append(f"The pixels sum to {total:,.0f}, Counts Accumulated says {given:,.0f} ({apart}).")
    return counts[indices]


def transfer_syntax(dataset: FileDataset) -> str:
    """Transfer syntax; a file without it is taken as it was parsed."""
    given = str(dataset.file_meta.get("TransferSyntaxUID") or "")
    if given:
        return given
    implicit, little = dataset.original_encoding
    return "1.2.840.10008.1.2" if implicit else ("1.2.840.10008.1.2.1" if little else "1.2.840.10008.1.2.2")


def _syntax_name(syntax: str) -> str:
    from pydicom.uid import UID

    return UID(syntax).name


def _is_picture(dataset: FileDataset) -> bool:
    """Whether the values are grey levels of a picture rather than counts.

    Nuclear-medicine storage holds counts. A Secondary Capture, or an object that does not name its class,
    does when it still says that it is an emission image of modality NM, as GE's exports do, and has one
    sample of more than 8 bits, or counts.
    """
    if text(dataset, "SOPClassUID") == NM_STORAGE:
        return integer(dataset, "SamplesPerPixel", 1) > 1
    emission = text(dataset, "Modality") == "NM" and "EMISSION" in text(dataset, "ImageType")
    deep = integer(dataset, "BitsStored", 8) > 8 or number(dataset, "CountsAccumulated") is not None
    return not (emission and deep and integer(dataset, "SamplesPerPixel", 1) == 1)


def _kind(dataset: FileDataset) -> str:
    from pydicom.uid import UID

    return UID(text(dataset, "SOPClassUID")).name or "of a kind that it does not name"


def _refuse_other_kinds(dataset: FileDataset, path: Path) -> None:
    if "Rows" not in dataset or "Columns" not in dataset:
        what = "is not DICOM, or damaged" if len(dataset) < 3 else f"holds no image ({_kind(dataset)})"
        raise AppError(f"{path.name} {what}.", "Choose the file with the whole-body image.")
    modality = text(dataset, "Modality")
    if modality not in MODALITIES:
        raise AppError(
            f"{path.name} is an image of modality {modality[:16]}, not a bone scan.",
            "Choose a nuclear-medicine (NM) image or a picture of one.",
        )
    if modality == "NM" and OTHER_KINDS & set(text(dataset, "ImageType").upper().split()):
        raise AppError(
            f"{path.name} is a dynamic, gated or tomographic NM image, not a planar scan.",
            "Choose the whole-body image of the examination.",
        )


DICOM = ScanReader("DICOM", recognises, _open)

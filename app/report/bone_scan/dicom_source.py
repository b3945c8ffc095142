"""The DICOM objects that a scan came from: a report in DICOM belongs to their study and refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.errors import AppError
from app.scan.dicom_object import source_of
from app.scan.scan import Scan

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

SourceFrame = tuple["FileDataset", int]
"""An object and the number of the frame that holds a view, from 1."""
_MAY_BE_MISSING = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
"""Type 2 attributes of patient and study: they may be empty, they may not be absent."""


def sources_of(scan: Scan | None, case: str) -> Mapping[str, SourceFrame]:
    """Object and frame of each view; raises AppError when the scan is not at hand or is no DICOM object."""
    if scan is None:
        raise AppError(
            f"A DICOM form of the report of {case} needs the scan it refers to.", "Name the scan's file too."
        )
    if scan.acquisition.file_format != "DICOM":
        kind = scan.acquisition.file_format or "picture"
        raise AppError(
            f"{scan.files[0].name if scan.files else case} is a {kind} file: a DICOM report has no study to "
            "belong to.",
            "Choose PDF, HTML or JSON, or report the DICOM object of the scan.",
        )
    found: dict[str, SourceFrame] = {}
    for view in scan.views:
        dataset, frame = source_of(scan, view)
        for keyword in _MAY_BE_MISSING:
            if keyword not in dataset:
                setattr(dataset, keyword, "")
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"):
            if not str(dataset.get(keyword) or ""):
                raise AppError(
                    f"{scan.files[0].name} has no {keyword}: a DICOM report cannot refer to it.",
                    "Export the scan again, or choose PDF, HTML or JSON.",
                )
        found[view.name.value] = (dataset, frame)
    return found


def objects_of(sources: Mapping[str, SourceFrame]) -> list[Dataset]:
    """The objects, each once."""
    unique = {str(dataset.SOPInstanceUID): dataset for dataset, _ in sources.values()}
    return list(unique.values())

"""The DICOM object that a segmentation refers to, in the form in which highdicom takes it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from app.scan.dicom_object import uid
from app.scan.readers.dicom_file import BAD_VALUE, EXPLICIT, text

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

SOURCE_ERRORS = BAD_VALUE
"""What highdicom raises about a source that lacks something."""
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_OF_MANY_FRAMES = (
    "NumberOfFrames", "FrameIncrementPointer", "DetectorVector", "EnergyWindowVector",
)  # fmt: skip
_MAY_BE_MISSING = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName", "Laterality", "PatientOrientation", "SeriesNumber",
)  # fmt: skip
"""Type 2 attributes: an object may leave them empty, highdicom does not let them be absent."""


def single_frame(source: FileDataset, frame: int) -> Dataset:  # noqa: ARG001
    """A stand-in for one frame: highdicom 0.28 takes a planar multi-frame NM object for an enhanced one.

    `source` carries the pixels of that frame alone, as `source_of` gives it.
    """
    stand_in = copy.deepcopy(source)
    for keyword in _OF_MANY_FRAMES:
        if keyword in stand_in:
            delattr(stand_in, keyword)
    for keyword in _MAY_BE_MISSING:
        if keyword not in stand_in:
            setattr(stand_in, keyword, "" if keyword != "SeriesNumber" else None)
    stand_in.SOPClassUID = _SECONDARY_CAPTURE
    stand_in.file_meta.TransferSyntaxUID = uid(EXPLICIT)
    spacing = stand_in.get("PixelSpacing")
    stand_in.SliceThickness = float(spacing[0]) if spacing else 1.0  # readers refuse a plane without it
    if not text(stand_in, "FrameOfReferenceUID"):
        stand_in.FrameOfReferenceUID = uid()
    return stand_in


def with_true_references(made: Dataset, source: FileDataset, frame: int) -> None:
    """Put the true SOP class and the frame number back into every reference to the source."""
    for element in made:
        if element.VR != "SQ":
            continue
        for item in element.value:
            if item.get("ReferencedSOPInstanceUID") == source.SOPInstanceUID:
                item.ReferencedSOPClassUID = source.SOPClassUID
                if element.keyword == "SourceImageSequence":
                    item.ReferencedFrameNumber = frame
            with_true_references(item, source, frame)

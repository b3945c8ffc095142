"""Which frames of a DICOM object are views, and which side their header names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.scan.readers.dicom_file import BAD_VALUE, integer, items, numbers, text
from app.scan.readers.energy_windows import photopeak_frames
from app.scan.scan import ViewEvidence, ViewName
from app.scan.source import Frame
from app.scan.view_words import VIEW_CODES, ge_suffix, named_side

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PRONE = {"1240000", "F-10310"}
"""Patient Orientation Modifier (0054,0412), PS3.16 CID 20: prone."""

GE_PRIVATE = ((0x0011, 0x12), (0x0011, 0x30))
"""Data set name and picture name in GE's private block GEMS_GENIE_1."""


def frames(dataset: Dataset, path: Path, warnings: list[str]) -> tuple[Frame, ...]:
    """The frames that are views, at most two, each with the side that its header names.

    Raises AppError when the object holds anything else, such as a dynamic or tomographic series.
    """
    count = max(integer(dataset, "NumberOfFrames", 1), 1)
    chosen = photopeak_frames(dataset, count, warnings)
    if len(chosen) > 2:
        raise AppError(
            f"{path.name} has {len(chosen)} frames; a whole-body scan has one or two views.",
            "Choose the whole-body image, not a dynamic, gated or tomographic series.",
        )
    return tuple(_frame(dataset, index, alone=len(chosen) == 1) for index in chosen)


def _frame(dataset: Dataset, index: int, alone: bool) -> Frame:
    detector = _detector(dataset, index)
    sequence = items(dataset, "DetectorInformationSequence")
    codes = items(sequence[detector - 1], "ViewCodeSequence") if 1 <= detector <= len(sequence) else []
    for code in codes:
        if side := VIEW_CODES.get(text(code, "CodeValue")):
            return Frame(index, side, ViewEvidence.CODE)
    words = [text(code, "CodeMeaning") for code in codes]
    if side := _said(dataset, words, alone):
        return Frame(index, side, ViewEvidence.TEXT)
    if detector in (1, 2):
        above, below = ViewName.ANTERIOR, ViewName.POSTERIOR
        if _prone(dataset):  # the detector above the table then sees the back
            above, below = below, above
        return Frame(index, above if detector == 1 else below, ViewEvidence.DETECTOR)
    return Frame(index)


def _detector(dataset: Dataset, index: int) -> int:
    """1-based detector of a frame by Detector Vector (0054,0020), 0 when it is not told."""
    vector = numbers(dataset, "DetectorVector")
    return int(vector[index]) if index < len(vector) else 0


def _said(dataset: Dataset, words: list[str], alone: bool) -> ViewName | None:
    """The side that texts name; those of the whole object speak only for an object with one view."""
    for word in words:
        if side := named_side(word):
            return side
    if not alone:
        return None
    names = [text(dataset, "ImageID"), *_private_names(dataset)]
    for name in names:
        if side := named_side(name) or ge_suffix(name):
            return side
    return named_side(text(dataset, "SeriesDescription"))


def _private_names(dataset: Dataset) -> list[str]:
    found = []
    for group, element in GE_PRIVATE:
        try:
            found.append(str(dataset.get_private_item(group, element, "GEMS_GENIE_1").value))
        except BAD_VALUE:
            continue
    return found


def _prone(dataset: Dataset) -> bool:
    return any(
        text(modifier, "CodeValue") in PRONE
        for orientation in items(dataset, "PatientOrientationCodeSequence")
        for modifier in items(orientation, "PatientOrientationModifierCodeSequence")
    )

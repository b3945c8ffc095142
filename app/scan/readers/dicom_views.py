"""Which frames of a DICOM object are views, and everything in its header that names their sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.scan.named_pairs import side_by_name
from app.scan.readers.dicom_file import BAD_VALUE, integer, items, numbers, text, value_of
from app.scan.readers.energy_windows import photopeak_frames
from app.scan.scan import SURE, ViewEvidence, ViewName
from app.scan.source import Claim, Frame
from app.scan.view_words import VIEW_CODES, ge_suffix, named_side
from app.wording import counted

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PRONE = {"1240000", "F-10310"}
"""Patient Orientation Modifier (0054,0412), PS3.16 CID 20: prone."""

GE_PRIVATE = ((0x0011, 0x12), (0x0011, 0x30))
"""Data set name and picture name in GE's private block GEMS_GENIE_1."""

FREE_TEXTS = ("SeriesDescription", "ProtocolName", "StudyDescription")
"""Elements in which people write what they like: a word there is no name of a view."""


def frames(dataset: Dataset, path: Path, warnings: list[str]) -> tuple[Frame, ...]:
    """The frames that are views, at most two, each with everything in the header that names its side.

    Raises AppError when the object holds anything else, such as a dynamic or tomographic series.
    """
    count = max(integer(dataset, "NumberOfFrames", 1), 1)
    chosen = photopeak_frames(dataset, count, warnings)
    places = item_places(dataset, chosen, warnings)
    found = [
        Frame(index, tuple(_claims(dataset, index, order, len(chosen), place)))
        for order, (index, place) in enumerate(zip(chosen, places, strict=True))
    ]
    if len(found) > 2:
        found = _named_pair(found, path, warnings)
    if len(found) == 1 and (claim := side_by_name(path)) is not None:
        loose = replace(claim, evidence=ViewEvidence.WORD)
        found = [replace(found[0], claims=(*found[0].claims, loose))]
    for frame in found:
        _tell_contradictions(frame, warnings)
    return tuple(found)


def item_places(dataset: Dataset, chosen: Sequence[int], warnings: list[str]) -> list[int | None]:
    """The place, from 0, of each frame's item in the Detector Information Sequence; None where none is its.

    By Detector Vector (0054,0020): its numbers in their order where they are as many as the items, so that
    counting from 0 and a second detector alone are understood, else counted from 1 (or 0). Without a vector
    that tells the frames apart, items that are as many as the frames are theirs in file order.
    """
    available = len(items(dataset, "DetectorInformationSequence"))
    vector = _vector(dataset)
    values = [vector[index] for index in chosen] if max(chosen) < len(vector) else []
    in_file_order: list[int | None] = [*range(len(chosen))]
    if available == len(chosen) and len(set(values)) < len(values):
        warnings.append("The Detector Vector does not tell the frames apart; detectors go by their order.")
        return in_file_order
    if not values:
        return in_file_order if available == len(chosen) else [None] * len(chosen)
    known = sorted(set(vector))
    if len(known) == available:
        return [known.index(value) for value in values]
    first = 0 if 0 in known else 1
    return [value - first if first <= value < available + first else None for value in values]


def _claims(dataset: Dataset, index: int, order: int, count: int, place: int | None) -> Iterator[Claim]:
    """Everything that names the side of a frame, at `order` of `count` views, the strongest first."""
    sequence = items(dataset, "DetectorInformationSequence")
    codes = items(sequence[place], "ViewCodeSequence") if place is not None and place < len(sequence) else []
    if len(sequence) == 1 and len(codes) == count > 1:  # one head that went round lists its views in order
        codes = [codes[order]]
    coded = {side for code in codes if (side := VIEW_CODES.get(text(code, "CodeValue")))}
    if len(coded) == 1:
        yield Claim(coded.pop(), ViewEvidence.CODE, "view code")
    names = [("meaning of the view code", text(code, "CodeMeaning")) for code in codes]
    names += [("View Position", said) for said in _own(dataset, "ViewPosition", order, count)]
    names += [("Image ID", said) for said in _own(dataset, "ImageID", order, count)]
    if count == 1:
        names += [("name of the data set", said) for said in _private_names(dataset)]
    for by, said in names:
        if side := named_side(said) or (ge_suffix(said) if count == 1 else None):
            yield Claim(side, ViewEvidence.TEXT, by)
    if (number := _detector(dataset, index)) is not None:
        first = number == 1
        if _prone(dataset):  # the detector above the table then sees the back
            first = not first
        yield Claim(
            ViewName.ANTERIOR if first else ViewName.POSTERIOR, ViewEvidence.DETECTOR, "detector number"
        )
    if count == 1:
        for keyword in FREE_TEXTS:
            if side := named_side(text(dataset, keyword)):
                yield Claim(side, ViewEvidence.WORD, "description")


def _own(dataset: Dataset, keyword: str, order: int, count: int) -> list[str]:
    """What an element says of one frame: one value for each frame, or one for an object with one view."""
    value = value_of(dataset, keyword)
    values = list(value) if hasattr(value, "append") else [value]
    return [str(values[order] or "")] if len(values) == count else []


def _vector(dataset: Dataset) -> list[int]:
    return [int(value) for value in numbers(dataset, "DetectorVector")]


def _detector(dataset: Dataset, index: int) -> int | None:
    """The detector of a frame, 1 or 2, also where the file counts from 0; None when it is not told."""
    vector = _vector(dataset)
    number = vector[index] + (0 in vector) if index < len(vector) else 0
    return number if number in (1, 2) else None


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


def _named_pair(found: list[Frame], path: Path, warnings: list[str]) -> list[Frame]:
    """The one anterior and the one posterior view among more frames; raises AppError for any other."""
    front = [frame for frame in found if frame.surely is ViewName.ANTERIOR]
    back = [frame for frame in found if frame.surely is ViewName.POSTERIOR]
    if len(front) == len(back) == 1:
        warnings.append(f"{counted(len(found), 'frame')}; only those named anterior and posterior are used.")
        return sorted((*front, *back), key=lambda frame: frame.index)
    raise AppError(
        f"{path.name} has {len(found)} frames, not one named anterior and one named posterior; "
        "a whole-body scan has one or two views.",
        "Choose the whole-body image, not a dynamic, gated or tomographic series.",
    )


def _tell_contradictions(frame: Frame, warnings: list[str]) -> None:
    """Warn when what names the side of one frame disagrees; the first is followed.

    A detector or a loose word against a name of the view is none: both are used in many ways.
    """
    weighed = (
        frame.claims if frame.surely is None else [each for each in frame.claims if each.evidence in SURE]
    )
    first = weighed[0] if weighed else None
    other = next((claim for claim in weighed if claim.side is not frame.view), None)
    if first is not None and other is not None:
        warnings.append(
            f"The {first.by} says {first.side}, the {other.by} says {other.side}; "
            f"the {first.by} was followed."
        )

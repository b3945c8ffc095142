"""Both views of one NM object in one segmentation, and the view of each of its frames.

highdicom takes single frames only. The standard has segmentations without a common frame of reference: every
frame then refers to its source by Derivation Image (PS3.3 C.7.6.16.2.6), which knows the number of a frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from app.scan.readers.dicom_file import items, text
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side

if TYPE_CHECKING:
    from highdicom.seg import Segmentation
    from pydicom.dataset import Dataset

_FRAME_CONTENT, _FRAME_LABEL = 0x00209111, 0x00209453


def in_one_object(scan: Scan) -> bool:
    """Whether the views are frames of one size of one DICOM object."""
    origins = [
        view.origin for view in scan.views if view.origin is not None and view.origin.frame is not None
    ]
    return (
        len(origins) == len(scan.views) == 2
        and len({origin.path for origin in origins}) == 1
        and len({view.counts.shape for view in scan.views}) == 1
    )


def joined(parts: Sequence[Segmentation], views: Sequence[ViewName]) -> Segmentation:
    """One segmentation with the frames of all, which have the same segments; each frame tells its view."""
    first = parts[0]
    frames = np.concatenate([part.pixel_array.reshape(-1, *_shape(part)) for part in parts])
    groups = [
        (group, view)
        for part, view in zip(parts, views, strict=True)
        for group in part.PerFrameFunctionalGroupsSequence
    ]
    for group, view in groups:
        content = group.FrameContentSequence[0]
        content.FrameLabel = view.value
        index = content.DimensionIndexValues
        segment = index[0] if isinstance(index, Sequence) else index
        content.DimensionIndexValues = [int(segment), list(ViewName).index(view) + 1]
    second = type(first.DimensionIndexSequence[0])()
    second.DimensionOrganizationUID = first.DimensionIndexSequence[0].DimensionOrganizationUID
    second.DimensionIndexPointer, second.FunctionalGroupPointer = _FRAME_LABEL, _FRAME_CONTENT
    second.DimensionDescriptionLabel = "View"
    first.DimensionIndexSequence.append(second)
    first.PerFrameFunctionalGroupsSequence = [group for group, _ in groups]
    first.NumberOfFrames = len(groups)
    packed = np.packbits(frames.astype(np.uint8).ravel(), bitorder="little").tobytes()
    first.PixelData = packed + b"\0" * (len(packed) % 2)
    if len(parts) > 1:
        numbers = [int(next(_references(part)).ReferencedFrameNumber) for part in parts]
        for reference in _references(first):
            reference.ReferencedFrameNumber = numbers
        if any(part.SegmentsOverlap == "YES" for part in parts):
            first.SegmentsOverlap = "YES"
        first.SeriesNumber = 900
        first.ContentDescription = "Lesions, both views"
        first.SeriesDescription = first.SeriesDescription.replace(f"{views[0].value} view", "both views")
        first.PatientOrientation = None  # another one on each view
    return first


def saved(made: Segmentation) -> bytes:
    """A segmentation as the bytes of a file."""
    buffer = BytesIO()
    made.save_as(buffer)
    return buffer.getvalue()


def view_of_frame(groups: Dataset, scan: Scan | None) -> ViewName | None:
    """The view of a frame by its label, or by the frame of the scan that it was made from."""
    for content in items(groups, "FrameContentSequence"):
        if (side := named_side(text(content, "FrameLabel"))) is not None:
            return side
    if scan is None or not in_one_object(scan):
        return None
    told = {
        text(source, "ReferencedFrameNumber")
        for derived in items(groups, "DerivationImageSequence")
        for source in items(derived, "SourceImageSequence")
    }
    of_frame = {
        str(view.origin.frame + 1): view.name
        for view in scan.views
        if view.origin is not None and view.origin.frame is not None
    }
    return of_frame.get(told.pop()) if len(told) == 1 else None


def _shape(part: Segmentation) -> tuple[int, int]:
    return int(part.Rows), int(part.Columns)


def _references(made: Segmentation) -> Iterator[Dataset]:
    """The references of the whole object to its source; those of frames stay as they are."""
    yield from items(made, "SourceImageSequence")
    for series in items(made, "ReferencedSeriesSequence"):
        yield from items(series, "ReferencedInstanceSequence")

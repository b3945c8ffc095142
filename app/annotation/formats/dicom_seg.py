"""DICOM Segmentation: binary, a segment per lesion on both views, referencing the source frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.classes import UNKNOWN, own_table
from app.annotation.formats.files import damaged, files_under, head_of
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.seg_frames import in_one_object, joined, saved, view_of_frame
from app.annotation.formats.seg_source import SOURCE_ERRORS, single_frame, with_true_references
from app.annotation.geometry import Mask
from app.annotation.label_set import LabelSet, MadeBy, Size
from app.annotation.masks import outlines, union
from app.annotation.region import Region, RegionSource
from app.errors import AppError
from app.files import write_whole
from app.scan.dicom_object import source_of, uid
from app.scan.readers.dicom_file import BAD_VALUE, integer, items, open_dataset, text
from app.scan.scan import Scan, ViewName
from app.scan.view_words import named_side, without_side
from app.wording import RESEARCH_ONLY

if TYPE_CHECKING:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import Segmentation, SegmentDescription
    from pydicom.dataset import Dataset, FileDataset

_SEG_CLASSES = {b"1.2.840.10008.5.1.4.1.1.66.4", b"1.2.840.10008.5.1.4.1.1.66.7"}
_MAKER = "ScintiRead"
_SUGGESTED = " (suggested)"
"""Follows a bone that nobody but the program has named."""
_SOURCES = {"AUTOMATIC": RegionSource.AI, "SEMIAUTOMATIC": RegionSource.AI_ACCEPTED}


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one object per view."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".dcm"):
        if any(uid in head_of(each, 2048) for uid in _SEG_CLASSES):
            stem = each.stem.removesuffix("_seg")
            found.setdefault(without_side(stem) or stem, []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case from its objects: binary, fractional (half and more counts) or label map.

    The side is that of each frame's label, or else of its frame of the scan in `beside`; of an object that
    tells none, that of the series description, the content description or the file's name. Raises AppError
    when it is not told or the object is damaged.
    """
    regions: list[Region] = []
    sizes: dict[ViewName, Size] = {}
    reader = ""
    links = False
    for file in files:
        dataset = open_dataset(file, pixels=True)
        words = (text(dataset, "SeriesDescription"), text(dataset, "ContentDescription"), file.stem)
        side = next((side for each in words if (side := named_side(each))), None)
        reader = text(dataset, "ContentCreatorName").rstrip("^") or reader
        try:
            masks = _masks(dataset, side, beside.scan)
            rows = items(dataset, "SegmentSequence")
            links = links or any(text(row, "TrackingID") for row in rows)
        except BAD_VALUE as error:
            raise damaged(file, "its segments cannot be read") from error
        if not masks or sizes.keys() & masks.keys():
            raise damaged(file, "it tells no view, or a view that is there already")
        for view, inside in masks.items():
            sizes[view] = (integer(dataset, "Columns", 0), integer(dataset, "Rows", 0))
            regions += [one for row in rows for one in _lesion(row, inside, view)]
    return LabelSet(Annotation(case, reader, tuple(regions)), sizes, links=links)


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """CASE_seg.dcm with both views where they are frames of one object of one size, a segment per lesion.

    Otherwise CASE_anterior_seg.dcm and CASE_posterior_seg.dcm; a view without an outline has none. Raises
    AppError when there is no scan, or it did not come from DICOM: a segmentation refers to its source.
    """
    if scan is None:
        raise AppError("A DICOM segmentation needs the scan it refers to.", "Name it with --scan.")
    outlined = [region for region in labels.annotation.regions if not region.is_point]
    drawn_on = [view for view in scan.views if any(region.view is view.name for region in outlined)]
    together = in_one_object(scan)
    written = []
    for views in [drawn_on] if together and drawn_on else [[view] for view in drawn_on]:
        names = [view.name for view in views]
        drawn = [region for region in outlined if region.view in names]
        sources = [source_of(scan, view) for view in views]
        try:
            parts = [
                _object(*source, view.name, drawn, labels)
                for source, view in zip(sources, views, strict=True)
            ]
            content = saved(joined(parts, names) if together else parts[0])
        except SOURCE_ERRORS as error:
            raise AppError(
                f"{labels.case} cannot be made a DICOM segmentation: its header lacks what one needs.",
                "Choose another format, or export the scan again.",
            ) from error
        path = folder / (f"{labels.case}_seg.dcm" if together else f"{labels.case}_{names[0].value}_seg.dcm")
        write_whole(path, content)
        written.append(path)
    return tuple(written)


def _object(
    source: FileDataset, frame: int, view: ViewName, drawn: list[Region], labels: LabelSet
) -> Segmentation:
    """The segmentation of one view with a segment for every lesion of `drawn`, also of those on the other."""
    import highdicom

    from app import __version__

    reader = labels.annotation.reader
    groups: dict[tuple[str, str], list[Region]] = {}
    for region in drawn:
        groups.setdefault((region.lesion, region.label), []).append(region)
    stand_in = single_frame(source, frame)
    shape = (int(source.Rows), int(source.Columns))
    here = [[region for region in same if region.view is view] for same in groups.values()]
    masks = np.stack([union(same, shape) for same in here], axis=-1)
    made = highdicom.seg.Segmentation(
        source_images=[stand_in],
        pixel_array=masks[np.newaxis].astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=[
            _description(number, lesion, same, labels)
            for number, ((lesion, _), same) in enumerate(groups.items(), 1)
        ],
        series_instance_uid=uid(),
        series_number=900 + list(ViewName).index(view),
        sop_instance_uid=uid(),
        instance_number=1,
        manufacturer=_MAKER,
        manufacturer_model_name=_MAKER,
        software_versions=__version__,
        device_serial_number="none",
        content_label="LESIONS",
        content_description=f"Lesions, {view.value} view",
        # a caret: a code, not a person's name
        content_creator_name=f"{reader}^" if reader and labels.made_by is None else None,
        series_description=f"Segmentation, {view.value} view" + _warning(labels.made_by),
        omit_empty_frames=True,
    )
    if labels.made_by is not None:
        made.ImageComments = f"Drawn by model {labels.made_by.title}. {RESEARCH_ONLY}"
    with_true_references(made, source, frame)
    made.PatientOrientation = ["L", "F"] if view is ViewName.ANTERIOR else ["R", "F"]
    return made


def _warning(made_by: MadeBy | None) -> str:
    """What the list of series says of a model; 64 characters in all."""
    if made_by is None:
        return ""
    return ", model trained on SIMULATED" if made_by.model.simulated else ", by a model"


def _description(number: int, lesion: str, regions: list[Region], labels: LabelSet) -> SegmentDescription:
    import hashlib

    import highdicom
    from highdicom.sr import CodedConcept

    label = regions[0].label
    value, scheme, meaning = labels.classes.of(label).code
    unknown = (value, scheme) == UNKNOWN.code[:2]
    tracking = int.from_bytes(hashlib.sha256(lesion.encode()).digest()[:16], "big")
    source = regions[0].source
    by_model = source is not RegionSource.READER
    made = highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=label[:64],
        segmented_property_category=CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure"),
        segmented_property_type=CodedConcept(value, scheme, label[:64] if unknown else meaning),
        algorithm_type="AUTOMATIC"
        if source is RegionSource.AI
        else "SEMIAUTOMATIC"
        if by_model
        else "MANUAL",
        algorithm_identification=_algorithm(regions[0], labels.made_by) if by_model else None,
        tracking_uid=f"2.25.{tracking}",
        tracking_id=lesion,
    )
    named = next((region for region in regions if region.bone), None)
    if named is not None:
        made.SegmentDescription = named.bone + (_SUGGESTED if named.bone_suggested else "")
    return made


def _algorithm(region: Region, made_by: MadeBy | None) -> AlgorithmIdentificationSequence:
    import highdicom

    family = highdicom.sr.CodedConcept("123110", "DCM", "Artificial Intelligence")
    source, by = region.source, region.proposed_by
    if made_by is None:
        return highdicom.AlgorithmIdentificationSequence(
            name=by.model if by is not None else source.value,
            family=family,
            version=(by.version if by is not None else "") or "unknown",
            parameters=None if by is None or by.score is None else {"score": f"{by.score:.4f}"},
        )
    model = made_by.model
    return highdicom.AlgorithmIdentificationSequence(
        name=model.name,
        family=family,
        version=model.version,
        parameters={
            "source": source.value,
            "threshold": f"{made_by.threshold:g}",
            "training data": model.training_data,
            "weights sha256": model.weights_sha256,
        },
    )


def _masks(dataset: Dataset, side: ViewName | None, scan: Scan | None) -> dict[ViewName, dict[int, Mask]]:
    """The pixels of every segment on each view, bool (rows, cols); `side`: of frames that tell none.

    A frame whose view nobody tells is left out with all others: there is nothing then.
    """
    pixels: NDArray[np.generic] = np.asarray(dataset.pixel_array)
    pixels = pixels[np.newaxis] if pixels.ndim == 2 else pixels
    kind = text(dataset, "SegmentationType")
    threshold = integer(dataset, "MaximumFractionalValue", 255) / 2 if kind == "FRACTIONAL" else 0.5
    shared = items(dataset, "SharedFunctionalGroupsSequence")
    found: dict[ViewName, dict[int, Mask]] = {}
    for frame, groups in zip(pixels, items(dataset, "PerFrameFunctionalGroupsSequence"), strict=True):
        view = view_of_frame(groups, scan) or side
        if view is None:
            return {}
        masks = found.setdefault(view, {})
        if kind == "LABELMAP":
            inside = {int(number): frame == number for number in np.unique(frame) if number}
        else:
            named = items(groups, "SegmentIdentificationSequence") or [
                each for one in shared for each in items(one, "SegmentIdentificationSequence")
            ]
            inside = {integer(named[0], "ReferencedSegmentNumber", 0): frame >= threshold}
        for number, mask in inside.items():
            masks[number] = masks[number] | mask if number in masks else mask
    return found


def _lesion(row: Dataset, masks: dict[int, Mask], view: ViewName) -> list[Region]:
    mask = masks.get(integer(row, "SegmentNumber", 0))
    if mask is None or not mask.any():
        return []
    label = text(row, "SegmentLabel")
    if own_table().of(label) is UNKNOWN:  # another program's: by its code, else as it is called there
        for code in items(row, "SegmentedPropertyTypeCodeSequence"):
            known = own_table().coded(text(code, "CodeValue"), text(code, "CodingSchemeDesignator"))
            label = known.name if known is not UNKNOWN and known.code[1] != UNKNOWN.code[1] else label
    pieces = outlines(mask)
    lesion = text(row, "TrackingID") or Region(view, pieces[0]).lesion
    source = _SOURCES.get(text(row, "SegmentAlgorithmType"), RegionSource.READER)
    told = text(row, "SegmentDescription")
    bone, suggested = told.removesuffix(_SUGGESTED), told.endswith(_SUGGESTED)
    return [
        Region(view, piece, label, lesion=lesion, bone=bone, source=source, bone_suggested=suggested)
        for piece in pieces
    ]


DICOM_SEG = Format("dicom-seg", "DICOM Segmentation, both views in one object", cases, read, write)

"""NIfTI label maps: both views in one file as two coronal slices, as 3D Slicer and nnU-Net take them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.classes import UNKNOWN
from app.annotation.formats.files import damaged, files_under
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.nifti_file import Nifti, nifti_bytes, read_nifti
from app.annotation.formats.png_masks import lesions_of
from app.annotation.label_set import LabelSet, Size, made_by_from, made_by_row
from app.annotation.masks import numbered
from app.annotation.original_picture import case_of
from app.annotation.region import Region, RegionSource
from app.bounded import json_in
from app.errors import AppError
from app.files import write_whole
from app.scan.scan import Counts, Scan, ViewName
from app.scan.view_words import named_side

ENDING, LABELS, IMAGE = ".nii.gz", "_seg", "_image"


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with one label map, or one per view; images are none."""
    found: dict[str, list[Path]] = {}
    for each in files_under(path, ".nii", ENDING):
        stem = stem_of_map(each)
        if not stem.endswith((IMAGE, "_0000")):
            found.setdefault(case_of(stem.removesuffix(LABELS)), []).append(each)
    return {case: tuple(files) for case, files in found.items()}


def stem_of_map(file: Path) -> str:
    """A file's name without its endings."""
    return file.name.removesuffix(".gz").removesuffix(".nii")


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:
    """One case from its label maps; each connected part becomes a lesion of its own.

    What the numbers are is told by `beside`, or by the file. Of two slices the one in front is the anterior
    view. Raises AppError when a number means nothing, or a single slice tells no side.
    """
    regions: list[Region] = []
    sizes: dict[ViewName, Size] = {}
    made_by = None
    for file in files:
        content = read_nifti(file)
        own = _own(content)
        made_by = made_by_from(own.get("made_by")) or made_by
        names = {int(number): str(name) for number, name in own.get("classes", {}).items()}
        parts = _views(file, content, own)
        if sizes.keys() & parts.keys():
            raise damaged(file, "it has a view that is there already")
        for view, part in parts.items():
            sizes[view] = (part.shape[1], part.shape[0])
            regions += _named_lesions(file, part, view, {**beside.numbers, **names})
    if made_by is not None:
        regions = [replace(region, source=RegionSource.AI) for region in regions]
    return LabelSet(Annotation(case, "", tuple(regions)), sizes, made_by=made_by, links=False)


def write(folder: Path, labels: LabelSet, scan: Scan | None = None) -> tuple[Path, ...]:
    """CASE_seg.nii.gz with the numbers of the class table, and CASE_image.nii.gz with the counts of the scan.

    Views of different sizes get files of their own: CASE_anterior_seg.nii.gz and so on.
    """
    table = labels.classes
    names = {each.number: each.name for each in table.classes} | {UNKNOWN.number: UNKNOWN.name}
    masks = {
        view: numbered(labels.annotation.on(view), labels.shape(view), lambda name: table.of(name).number)
        for view in labels.sizes
    }
    together = len({mask.shape for mask in masks.values()}) == 1
    written = []
    for views in [tuple(masks)] if together else [(view,) for view in masks]:
        stem = labels.case if together else f"{labels.case}_{views[0].value}"
        own = {
            "case": labels.case,
            "views": [view.value for view in views],
            "classes": names,
            "made_by": made_by_row(labels.made_by),
        }
        spacing = spacing_of_views(scan, views)
        comment = json.dumps({"scintiread": own}, ensure_ascii=False)
        path = folder / f"{stem}{LABELS}{ENDING}"
        write_whole(path, nifti_bytes(slices({view: masks[view] for view in views}), spacing, comment))
        written.append(path)
        if scan is not None and all(scan.view(view) is not None for view in views):
            path = folder / f"{stem}{IMAGE}{ENDING}"
            write_whole(path, nifti_bytes(slices(counts_of(scan, views)), spacing))
            written.append(path)
    return tuple(written)


def slices(views: Mapping[ViewName, NDArray[Any]]) -> NDArray[Any]:
    """Images of views, uint8 or float32 (rows, cols), as (cols, rows, views), all seen from the front."""
    return np.stack(
        [image.T if view is ViewName.ANTERIOR else image[:, ::-1].T for view, image in views.items()], axis=-1
    )


def counts_of(scan: Scan, views: tuple[ViewName, ...]) -> dict[ViewName, Counts]:
    """The counts of these views, float32 (rows, cols)."""
    return {view.name: view.counts for view in scan.views if view.name in views}


def spacing_of_views(scan: Scan | None, views: tuple[ViewName, ...]) -> tuple[float, float] | None:
    """Row and column spacing that all these views have; None where no file tells it."""
    told = {view.spacing_mm for view in scan.views if view.name in views} if scan is not None else set()
    return told.pop() if len(told) == 1 else None


def _own(content: Nifti) -> dict[str, dict[str, object]]:
    try:
        told = json_in(content.comment).get("scintiread", {}) if content.comment else {}
    except (ValueError, AttributeError):
        return {}
    return told if isinstance(told, dict) else {}


def _views(file: Path, content: Nifti, own: Mapping[str, object]) -> dict[ViewName, NDArray[np.generic]]:
    """The views in a file, each (rows, cols) as the camera saw it; raises AppError."""
    voxels = content.voxels
    if content.coronal:
        across, along, deep = (content.affine[axis, column] for axis, column in ((0, 0), (2, 1), (1, 2)))
        voxels = voxels[:: 1 if across <= 0 else -1, :: 1 if along <= 0 else -1, :: 1 if deep <= 0 else -1]
    told = own.get("views")
    names = [ViewName(each) for each in told if each in set(ViewName)] if isinstance(told, list) else []
    if len(names) != voxels.shape[2]:
        side = named_side(stem_of_map(file))
        names = list(ViewName) if voxels.shape[2] == 2 else [side] if side and voxels.shape[2] == 1 else []
    if not names:
        raise damaged(file, "it has neither two slices for two views, nor one and a side in its name")
    images = {view: voxels[:, :, place].T for place, view in enumerate(names)}
    return {
        view: image[:, ::-1] if content.coronal and view is ViewName.POSTERIOR else image
        for view, image in images.items()
    }


def _named_lesions(
    file: Path, part: NDArray[np.generic], view: ViewName, names: Mapping[int, str]
) -> list[Region]:
    found = {int(number) for number in np.unique(part)} - {0}
    if strange := sorted(found - names.keys()):
        raise damaged(file, f"it has the numbers {strange[:6]}: what they mean is not known")
    return [
        region
        for number in sorted(found)
        for region in lesions_of(np.asarray(part == number), view, names[number])
    ]


def one_size(labels: LabelSet, scan: Scan) -> tuple[ViewName, ...]:
    """The views of a scan, all labelled and of one size; raises AppError otherwise."""
    views = tuple(view.name for view in scan.views)
    if len({view.counts.shape for view in scan.views}) > 1 or any(view not in labels.sizes for view in views):
        raise AppError(
            f"The views of {labels.case} differ in size: they cannot be one volume.",
            "Choose nifti, which gives each a file of its own.",
        )
    return views


NIFTI = Format("nifti", "NIfTI label maps, both views in one file", cases, read, write)

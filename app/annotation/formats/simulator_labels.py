"""The label maps of a simulated scan (labels/CASE.npz): findings, organs and bone regions; read only."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.annotation.annotation import Annotation
from app.annotation.formats.files import damaged, files_under, read_whole
from app.annotation.formats.format import NOTHING_BESIDE, Beside, Format
from app.annotation.formats.png_masks import lesions_of
from app.annotation.label_codes import FindingCode, OrganCode
from app.annotation.label_set import LabelSet
from app.annotation.masks import outlines
from app.annotation.region import Region
from app.scan.npz import opened_npz
from app.scan.scan import ViewName

FINDINGS: dict[int, str] = {code: code.title for code in FindingCode}
"""Codes of the lesion map as classes."""
ORGANS: dict[int, str] = {
    OrganCode.KIDNEY_RIGHT: "kidney",
    OrganCode.KIDNEY_LEFT: "kidney",
    OrganCode.BLADDER: "bladder",
    OrganCode.INJECTION_SITE: "injection site",
    OrganCode.URINE: "artefact",
    OrganCode.OTHER_UPTAKE: "physiological",
    OrganCode.ARTEFACT: "artefact",
}
"""Codes of the organ map as classes; soft tissue is none."""
_MAPS = ("lesion", "region", "organ", "finding")


def cases(path: Path) -> dict[str, tuple[Path, ...]]:
    """The cases in a file or folder, each with its maps."""
    return {each.stem: (each,) for each in files_under(path, ".npz")}


def read(case: str, files: tuple[Path, ...], beside: Beside = NOTHING_BESIDE) -> LabelSet:  # noqa: ARG001
    """Findings as lesions that span both views, organs as regions, and the bone regions as maps.

    Raises AppError when the file does not hold uint8 maps (2, rows, cols), anterior first.
    """
    maps = _maps(files[0])
    regions: list[Region] = []
    notes = []
    for place, view in enumerate(ViewName):
        classes, numbers = maps["lesion"][place], maps["finding"][place]
        for number in np.unique(numbers[numbers > 0]).tolist():
            mask = numbers == number
            label = FINDINGS.get(int(np.bincount(classes[mask]).argmax()), "equivocal")
            regions += [
                Region(view, piece, label=label, lesion=f"{case}-{number}") for piece in outlines(mask)
            ]
        for code, label in ORGANS.items():
            regions += lesions_of(maps["organ"][place] == code, view, label)
    if (maps["finding"] == 255).any():
        notes.append(f"{files[0].name}: findings from number 255 on are counted as one")
    size = (maps["lesion"].shape[2], maps["lesion"].shape[1])
    return LabelSet(
        Annotation(case, "simulator", tuple(regions)),
        dict.fromkeys(ViewName, size),
        bones={view: maps["region"][place] for place, view in enumerate(ViewName)},
        notes=tuple(notes),
    )


def _maps(file: Path) -> dict[str, NDArray[np.uint8]]:
    try:
        with opened_npz(BytesIO(read_whole(file))) as archive:
            maps = {name: archive[name] for name in _MAPS}
    except (ValueError, KeyError) as error:
        raise damaged(file, "it does not hold the four maps of a simulated scan") from error
    shapes = {each.shape for each in maps.values()}
    if len(shapes) != 1 or len(shape := shapes.pop()) != 3 or shape[0] != 2:
        raise damaged(file, "its maps are not both views of one size")
    if any(each.dtype != np.uint8 for each in maps.values()):
        raise damaged(file, "its maps are no 8-bit codes")
    return maps


SIMULATOR = Format("simulator", "Label maps of simulated scans (read only)", cases, read, None)

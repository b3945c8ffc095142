"""Files in which annotations are kept and exchanged; adding a format is one file and one place in FORMATS."""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats.coco import COCO
from app.annotation.formats.dicom_seg import DICOM_SEG
from app.annotation.formats.format import Format
from app.annotation.formats.labelme_json import LABELME
from app.annotation.formats.native import NATIVE
from app.annotation.formats.nifti import NIFTI
from app.annotation.formats.nnunet import NNUNET
from app.annotation.formats.png_masks import PNG, PNG_BINARY, PNG_THREE
from app.annotation.formats.simulator_labels import SIMULATOR
from app.errors import AppError

FORMATS: tuple[Format, ...] = (
    NATIVE, LABELME, COCO, DICOM_SEG, NNUNET, NIFTI, PNG, PNG_THREE, PNG_BINARY, SIMULATOR,
)  # fmt: skip
"""In the order in which they are tried."""


def format_named(name: str) -> Format:
    """The format of that name; raises AppError for an unknown one."""
    for each in FORMATS:
        if name == each.name:
            return each
    if name.lower() == "rtstruct":
        raise AppError(
            "An RT Structure Set holds outlines in mm of a patient's frame of reference, where planar scans "
            "have no position.",
            "Choose dicom-seg, which refers to the frames of the scan themselves.",
        )
    known = ", ".join(each.name for each in FORMATS)
    raise AppError(f"{name} is no format of annotations.", f"Choose one of {known}.")


def recognised(path: Path) -> tuple[Format, dict[str, tuple[Path, ...]]]:
    """The first format that finds cases in a file or folder, and these cases; AppError when none does."""
    for each in FORMATS:
        found = each.cases(path)
        if found:
            return each, found
    known = ", ".join(dict.fromkeys(each.title for each in FORMATS))
    raise AppError(f"{path.name} holds no annotations that can be read.", f"Known are: {known}.")

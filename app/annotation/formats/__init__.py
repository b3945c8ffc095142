"""Files in which annotations are kept and exchanged; adding a format is one file and one place in FORMATS."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from app.annotation.formats import (
    coco,
    dicom_seg,
    labelme_json,
    native,
    png_masks,
    png_masks_binary,
    png_masks_three,
    simulator_labels,
)
from app.errors import AppError

FORMATS: tuple[ModuleType, ...] = (
    native,
    labelme_json,
    coco,
    dicom_seg,
    png_masks,
    png_masks_three,
    png_masks_binary,
    simulator_labels,
)
"""Formats in the order in which they are tried. Each has NAME, TITLE, READ_ONLY, KEEPS_POINTS,
KEEPS_NAMES (whether a region of an unknown class is written) and

    cases(path) -> {case: files}            the cases in a file or folder, empty when it holds none
    read(case, files) -> LabelSet           raises AppError
    write(folder, labels, scan) -> files    raises AppError; `scan` gives pictures and DICOM references
"""


def format_named(name: str) -> ModuleType:
    """The format of that name; raises AppError for an unknown one."""
    for each in FORMATS:
        if name == each.NAME:
            return each
    known = ", ".join(each.NAME for each in FORMATS)
    raise AppError(f"{name} is no format of annotations.", f"Choose one of {known}.")


def recognised(path: Path) -> tuple[ModuleType, dict[str, tuple[Path, ...]]]:
    """The first format that finds cases in a file or folder, and these cases; AppError when none does."""
    for each in FORMATS:
        found: dict[str, tuple[Path, ...]] = each.cases(path)
        if found:
            return each, found
    known = ", ".join(dict.fromkeys(each.TITLE for each in FORMATS))
    raise AppError(f"{path.name} holds no annotations that can be read.", f"Known are: {known}.")

"""Finding and reading the labels of a scan, whatever format they are in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.annotation.class_names import ClassNames, class_names
from app.annotation.formats import format_named, recognised
from app.annotation.formats.format import Beside, Format
from app.annotation.label_set import LabelSet, check_images, with_images
from app.annotation.taken_over import check_complete, taken_over
from app.errors import AppError
from app.scan.scan import Scan
from app.workflows.annotation.folder_classes import as_counted, classes_kept


def labels_of(scan: Scan, path: Path, format_name: str = "", names: ClassNames | None = None) -> LabelSet:
    """The labels of a scan in a file, or in a folder with the labels of many.

    `names`: what their classes mean, those of the settings by default; classes that are kept with the files
    come as they count. Raises AppError when there are none,
    they were made on other images, or none of what was drawn counts.
    """
    if format_name:
        chosen = format_named(format_name)
        found = chosen.cases(path)
    else:
        chosen, found = recognised(path)
    case = scan.case if scan.case in found else next(iter(found), "")
    if not case or (len(found) > 1 and scan.case not in found):
        raise AppError(f"{path.name} holds no labels of {scan.case}.", f"It holds {len(found)} other cases.")
    return read_labels(chosen, case, found[case], scan, names)


def read_labels(
    chosen: Format, case: str, files: tuple[Path, ...], scan: Scan, names: ClassNames | None = None
) -> LabelSet:
    """The labels of a scan in files of one format; raises AppError as `labels_of` does."""
    labels = with_images(chosen.read(case, files, Beside(scan)), scan)
    check_images(labels, scan)
    labels = replace(labels, annotation=replace(labels.annotation, case=scan.case))
    names, kept = names or class_names(), classes_kept(files[0])
    labels = taken_over(labels, names if kept is None else names.on(kept), scan)
    check_complete(labels)
    return as_counted(labels)

"""Finding and reading the labels of a scan, whatever format they are in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.annotation.formats import format_named, recognised
from app.annotation.label_set import LabelSet, check_images, check_sizes, with_images
from app.errors import AppError
from app.scan.scan import Scan


def labels_of(scan: Scan, path: Path, format_name: str = "") -> LabelSet:
    """The labels of a scan in a file, or in a folder with the labels of many.

    Raises AppError when there are none, or they were made on other images.
    """
    if format_name:
        chosen = format_named(format_name)
        found = chosen.cases(path)
    else:
        chosen, found = recognised(path)
    case = scan.case if scan.case in found else next(iter(found), "")
    if not case or (len(found) > 1 and scan.case not in found):
        raise AppError(f"{path.name} holds no labels of {scan.case}.", f"It holds {len(found)} other cases.")
    labels: LabelSet = chosen.read(case, found[case])
    labels = with_images(labels, scan)
    check_images(labels, scan)
    labels = replace(labels, annotation=replace(labels.annotation, case=scan.case))
    check_sizes(labels, scan)
    return labels

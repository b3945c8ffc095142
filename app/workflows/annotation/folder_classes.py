"""The classes that are kept with a folder of annotations: `annotations/lesion_classes.toml`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from app.annotation.class_edits import toml_of, translated
from app.annotation.class_names import ClassNames
from app.annotation.classes import FILE_NAME, ClassTable, own_table, read_classes
from app.annotation.formats import native
from app.annotation.label_set import LabelSet
from app.errors import AppError
from app.files import write_whole

FOLDER = "annotations"
"""In the folder of the scans."""


def classes_kept(path: Path) -> ClassTable | None:
    """The table kept with labels: beside them, above them, or in the annotations of their folder.

    `path`: a file or folder of labels. None where no folder has one; raises AppError for a damaged one.
    """
    folder = path if path.is_dir() else path.parent
    for place in (folder, folder.parent, folder / FOLDER):
        if (place / FILE_NAME).is_file():
            return read_classes(place / FILE_NAME)
    return None


def classes_of(annotations: Path) -> ClassTable:
    """The classes of an annotated folder, the user's own where it has none; AppError for a damaged one."""
    return classes_kept(annotations) or own_table()


def keep_classes(annotations: Path, table: ClassTable, before: ClassTable) -> None:
    """Keep a table with the folder of the annotations, in place of the one that it was made from.

    Raises AppError where somebody else changed that since.
    """
    there = classes_of(annotations)
    if there != before:
        raise AppError(
            "Somebody else changed the classes of this folder.",
            "Open the folder again, and change them then.",
        )
    write_whole(annotations / FILE_NAME, toml_of(table))


def cases_of_classes(annotations: Path, table: ClassTable) -> Counter[str]:
    """On how many files of all annotators of a folder each class is drawn; damaged files count as none."""
    names, used = ClassNames(table), Counter[str]()
    for folder in sorted(each for each in annotations.glob("*/") if each.is_dir()):
        for case, files in native.cases(folder).items():
            try:
                drawn = native.read(case, files).annotation.regions
            except AppError:
                continue  # it is told when its case is opened
            used.update({names.of(region.label) for region in drawn})
    return used


def as_counted(labels: LabelSet) -> LabelSet:
    """Labels of a folder's own classes as they count: by the user's table, metastases under that name."""
    own = own_table()
    regions = translated(labels.annotation.regions, labels.classes, own)
    return replace(labels, annotation=replace(labels.annotation, regions=regions), table=own)

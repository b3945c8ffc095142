"""Labels from elsewhere become the annotations of a folder: looked at first, then taken over case by case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.annotation.class_names import class_names
from app.annotation.formats import format_named, png_masks, recognised
from app.annotation.formats.format import Beside, Format
from app.annotation.label_set import check_images, with_images
from app.annotation.taken_over import check_complete, taken_over
from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.progress import NoProgress, Progress, one_by_one
from app.wording import counted
from app.workflows.annotation.annotate import AnnotationFolder
from app.workflows.annotation.convert import row_of
from app.workflows.annotation.folder_classes import classes_kept
from app.workflows.annotation.import_map import ImportMap, keep_import_map, read_import_map
from app.workflows.scans.library import load_scan
from app.workflows.scans.scan_row import ScanRow

_EVERY_NUMBER = {number: str(number) for number in range(1, 256)}


@dataclass(frozen=True)
class LabelsSeen:
    """What labels hold, before anything is taken over.

    `unknown`: names that mean no class, with the number of regions; `numbers`: those in masks, and what
    they would mean, "" for nothing; `told`: what could not be looked at.
    """

    format: str
    cases: int
    unknown: Mapping[str, int]
    numbers: Mapping[int, str]
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class BroughtIn:
    """The cases that were taken over, and a sentence for everything that was not."""

    cases: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: int = 0

    @property
    def said(self) -> str:
        """In one line."""
        left = f", {self.left_out} left out" if self.left_out else ""
        return f"{counted(len(self.cases), 'case')} brought in{left}"


def look_at_labels(
    folder: AnnotationFolder, source: Path, origin: str = "", progress: Progress | None = None
) -> LabelsSeen:
    """What labels in a file or folder would mean in an annotated folder; AppError where there are none."""
    progress = progress or NoProgress()
    chosen, cases = _found(source, origin)
    kept = read_import_map(folder.target.parent)
    names = kept.on(class_names(kept=classes_kept(folder.target.parent)))
    rows = {row.case: row for row in folder.rows(progress)}
    unknown, numbers, told = Counter[str](), dict[int, str](), list[str]()
    for case in one_by_one(list(cases), progress, "Case"):
        try:
            row = row_of(case, rows)
            scan = load_scan(row) if row is not None else None
            if chosen.read is png_masks.read:
                numbers |= png_masks.usual_numbers(cases[case])
            labels = chosen.read(case, cases[case], Beside(scan, {**_EVERY_NUMBER, **kept.numbers}))
        except AppError as error:
            told.append(f"{case}: {error}")
            continue
        drawn = [names.of(region.label) for region in labels.annotation.regions]
        unknown.update(label for label in drawn if names.table.unknown([label]))
    for number in [int(label) for label in unknown if label.isdecimal() and int(label) in _EVERY_NUMBER]:
        del unknown[str(number)]
        numbers.setdefault(number, "")
    meant = {number: kept.numbers.get(number, usual) for number, usual in sorted(numbers.items())}
    return LabelsSeen(chosen.name, len(cases), unknown, meant, tuple(told))


def bring_in(
    folder: AnnotationFolder,
    source: Path,
    more: ImportMap | None = None,
    *,
    origin: str = "",
    progress: Progress | None = None,
) -> BroughtIn:
    """Take the labels in a file or folder over as the annotations of one person on the scans of a folder.

    `more`: what numbers, names, halves and files mean, kept with the folder beside what was kept before. A
    case that the person has annotated already stays as it is. The folder is to be taken first. Raises
    AppError when there are no labels, or the map cannot be kept; Cancelled when asked to stop.
    """
    progress = progress or NoProgress()
    chosen, cases = _found(source, origin)
    kept = read_import_map(folder.target.parent)
    if more is not None:
        kept = kept.with_more(more)
        keep_import_map(folder.target.parent, kept)
    names = kept.on(class_names(kept=classes_kept(folder.target.parent)))
    rows = {row.case: row for row in folder.rows(progress)}
    writer = AnnotationFolder(folder.folder, folder.annotator)  # knows of no file: writes over none
    left_out: list[LeftOut[str]] = []
    done: list[str] = []
    notes: list[str] = []

    def taken(case: str) -> tuple[ScanRow, tuple[str, ...]]:
        row = row_of(case, rows)
        if row is None:
            raise AppError("There is no scan of that name in the folder.", "")
        if folder.file(row.case).is_file():
            raise AppError(f"{folder.annotator} has annotated it already: it stays as it is.", "")
        scan = load_scan(row)
        labels = with_images(chosen.read(case, cases[case], Beside(scan, kept.numbers)), scan)
        check_images(labels, scan)
        labels = replace(labels, annotation=replace(labels.annotation, case=scan.case))
        labels = taken_over(labels, names, scan)
        check_complete(labels)
        writer.save(scan, labels.annotation)
        return row, labels.notes

    for case, (row, told) in each_scan(list(cases), taken, progress, left_out, what="Case"):
        done.append(row.case)
        notes += [note if case in note else f"{case}: {note}" for note in told]
    notes += [f"{one.item}: {one.error}" for one in left_out]
    return BroughtIn(tuple(done), tuple(notes), len(left_out))


def _found(source: Path, origin: str) -> tuple[Format, dict[str, tuple[Path, ...]]]:
    if not origin:
        return recognised(source)
    chosen = format_named(origin)
    cases = chosen.cases(source)
    if not cases:
        raise AppError(f"{source.name} holds no labels of that format.", "Choose another file or folder.")
    return chosen, cases

"""Convert annotations from one format to another, case by case; what cannot come along is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotation.class_names import ClassNames, class_names
from app.annotation.formats import format_named, recognised
from app.annotation.formats.format import Beside, Format
from app.annotation.label_set import LabelSet
from app.annotation.original_picture import case_of
from app.annotation.taken_over import check_complete, taken_over
from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.progress import NoProgress, Progress
from app.scan.scan import Scan
from app.wording import counted
from app.workflows.annotation.folder_classes import classes_kept
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow


@dataclass(frozen=True)
class Converted:
    """What was written, and one sentence for everything that was left out."""

    cases: tuple[str, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...]
    left_out: int = 0
    """Cases that could not be converted."""


def convert(
    source: Path,
    target: Path,
    to: str,
    *,
    origin: str = "",
    scans: Path | Mapping[str, ScanRow] | None = None,
    names: ClassNames | None = None,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Converted:
    """Write the annotations in a file or folder into another folder in the format `to`.

    `origin` is their format, recognised when it is left out; `scans` the scan or folder of scans they belong
    to, or the rows of a search by case, for pictures and DICOM references; `names` what the classes mean,
    those of the settings by default, by the table that is kept with the source; `only` the cases that are
    wanted, None for all. A case that cannot be used is noted and the others go on.

    Raises AppError when there is nothing to convert, Cancelled when asked to stop.
    """
    progress, names = progress or NoProgress(), names or class_names()
    kept = classes_kept(source)
    if kept is not None:
        names = names.on(kept)
    writer = format_named(to)
    write = writer.write
    if write is None:
        raise AppError(f"{writer.title} cannot be written.", "Choose another format.")
    if origin:
        reader = format_named(origin)
        cases = reader.cases(source)
    else:
        reader, cases = recognised(source)
    if only is not None:
        cases = {case: files for case, files in cases.items() if case in only}
    if not cases:
        raise AppError(
            f"{source.name} holds no annotations of that format.", "Check the path, or leave --from out."
        )
    alone = isinstance(scans, Path) and scans.is_file()
    if isinstance(scans, Path):
        scans = {row.case: row for row in find_scans(scans, progress, decode=False).usable}
    done: list[str] = []
    files: list[Path] = []
    notes: list[str] = []
    left_out: list[LeftOut[str]] = []

    def written(case: str) -> tuple[LabelSet, tuple[Path, ...]]:
        scan = _scan_of(case, scans, alone)
        labels = taken_over(reader.read(case, cases[case], Beside(scan)), names, scan)
        _check_kept(labels, writer)
        return labels, write(target, labels, scan)

    for case, (labels, made) in each_scan(list(cases), written, progress, left_out, what="Case"):
        files += made
        done.append(case)
        notes += [note if case in note else f"{case}: {note}" for note in labels.notes]
        points = sum(region.is_point for region in labels.annotation.regions)
        if points and not writer.keeps_points:
            has = "has" if points == 1 else "have"
            notes.append(f"{case}: {counted(points, 'point')} {has} no area and {_are(points)} left out.")
    notes += [f"{one.item}: {one.error}" for one in left_out]
    progress.report(1.0, f"{len(done)} of {len(cases)}")
    return Converted(tuple(done), tuple(files), tuple(notes), len(cases) - len(done))


def row_of(case: str, rows: Mapping[str, ScanRow]) -> ScanRow | None:
    """The scan that labels are of: called so, or the only one that has a file of that name."""
    if case in rows:
        return rows[case]
    of_file = [
        row for row in rows.values() if any(case in (file.stem, case_of(file.stem)) for file in row.files)
    ]
    return of_file[0] if len({row.files for row in of_file}) == 1 else None


def _check_kept(labels: LabelSet, writer: Format) -> None:
    """Raise AppError where a file would say that nothing was drawn because it cannot be written there."""
    drawn = labels.annotation.regions
    if not drawn or not writer.keeps_names:
        check_complete(labels)
    if drawn and not writer.keeps_points and all(region.is_point for region in drawn):
        raise AppError("It has nothing but points, which have no area.", "Choose a format that keeps points.")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _scan_of(case: str, rows: Mapping[str, ScanRow] | None, alone: bool) -> Scan | None:
    """The scan of a case; a single file is that of any case."""
    if rows is None:
        return None
    row = row_of(case, rows) or (next(iter(rows.values()), None) if alone else None)
    if row is None:
        raise AppError(f"There is no scan {case}.", "Name the folder with the scans.")
    return load_scan(row)

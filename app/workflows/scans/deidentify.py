"""Writes copies of scans without patient identity; the key that leads back is kept in a file apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.files import write_whole
from app.progress import NoProgress, Progress, one_by_one
from app.scan.deidentify import deidentify
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.read import one_sentence
from app.workflows.scans.key_file import KeyFile, check_key_place


@dataclass(frozen=True)
class DeidentifiedRow:
    """One file of the input: what was written for it, or the reason why nothing was."""

    source: Path
    written: Path | None = None
    patient: str = ""
    reason: str = ""


def deidentify_files(
    source: Path,
    target: Path,
    options: DeidentifyOptions | None = None,
    key_file: Path | None = None,
    progress: Progress | None = None,
) -> tuple[DeidentifiedRow, ...]:
    """De-identify a file, or all scans under a folder, into the folder `target`, one folder per patient.

    A `target` that ends in .dcm takes a single file. The key file is made when it does not exist and used
    again when it does, so that later scans of a patient get the same code, UIDs and date shift; it may not
    lie in `target`. Raises AppError when nothing can be written, and Cancelled.
    """
    options, progress = options or DeidentifyOptions(), progress or NoProgress()
    files = _files(source)
    single = target.suffix.lower() == ".dcm"
    if single and len(files) != 1:
        raise AppError(f"{target.name} is one file, but {len(files)} are given.", "Name a folder as target.")
    key_file = key_file or target.with_name(f"{target.stem}-key.json")
    _check_places(source, target, key_file, single)
    key = KeyFile.open(key_file)
    rows = []
    for path in one_by_one(files, progress, "File"):
        try:
            with one_sentence(path):
                done = deidentify(path, key.pseudonyms, options)
        except AppError as error:
            rows.append(DeidentifiedRow(path, reason=str(error)))
            continue
        key.remember(done)
        place = target if single else target / done.patient / done.name
        if place.resolve() == path.resolve():
            raise AppError(f"{path.name} would be overwritten by its own copy.", "Choose another target.")
        write_whole(place, done.content)
        rows.append(DeidentifiedRow(path, place, done.patient))
    progress.report(1.0, f"{sum(row.written is not None for row in rows)} of {len(files)} files written")
    return tuple(rows)


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        return sorted(path for path in source.rglob("*") if path.is_file())
    if not source.exists():
        raise AppError(f"{source.name} does not exist.", "Check the path of the scans.")
    return [source]


def _check_places(source: Path, target: Path, key_file: Path, single: bool) -> None:
    if not single:
        check_key_place(key_file, target)
    if not single and source.is_dir() and target.resolve().is_relative_to(source.resolve()):
        raise AppError("The target lies inside the folder of the originals.", "Choose a folder beside it.")
    if target.is_file() and not single:
        raise AppError(f"{target.name} is a file.", "Name a folder as target.")

"""De-identified copies of the scans inside the study, so that it can travel without its archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.errors import AppError
from app.progress import Progress, one_by_one
from app.scan.deidentify_elements import DeidentifyOptions
from app.scan.hashing import view_hash
from app.store.folder import StudyFolder
from app.study.case import StudyCase
from app.workflows.scans.deidentify import deidentify_files
from app.workflows.scans.scan_row import ScanRow
from app.workflows.study.case_scan import read_case
from app.workflows.study.truth import private_folder

KEY_FILE = "deidentification-key.json"


def copies_made(folder: StudyFolder) -> bool:
    """Whether the study has copies of its scans instead of references to them."""
    return (folder.truth.parent / KEY_FILE).is_file()


def copy_scans(
    rows: Sequence[ScanRow],
    cases: Sequence[StudyCase],
    folder: StudyFolder,
    no_burned_in_text: bool,
    progress: Progress,
) -> list[StudyCase]:
    """Copy every case's files under its code; gives the cases as they refer to the copies.

    The key that leads back to the patients lies in the coordinator's folder. Raises AppError for a file that
    cannot be de-identified: nothing identifying is ever copied as it is.
    """
    folder.scans.mkdir(parents=True, exist_ok=True)
    key = private_folder(folder) / KEY_FILE
    options = DeidentifyOptions(no_burned_in_text=no_burned_in_text)
    copied = []
    for row, case in one_by_one([*zip(rows, cases, strict=True)], progress, "Copy"):
        names = _names(case.code, len(row.files))
        for file, name in zip(row.files, names, strict=True):
            _copy(file, folder.scans / name, options, key, case.code)
        moved = replace(case, files=tuple(f"{folder.scans.name}/{name}" for name in names))
        copied.append(replace(moved, image_hashes=_hashes(folder.path, moved)))
    return copied


def _names(code: str, count: int) -> list[str]:
    return [f"{code}.dcm"] if count == 1 else [f"{code}-{number}.dcm" for number in range(1, count + 1)]


def _copy(file: Path, target: Path, options: DeidentifyOptions, key: Path, code: str) -> None:
    (row,) = deidentify_files(file, target, options, key)
    if row.written is None:
        raise AppError(
            f"Case {code} cannot be de-identified: {row.reason}",
            "Leave it out, or make the study without copies.",
        )


def _hashes(study: Path, case: StudyCase) -> Mapping[str, str]:
    return {view.name.value: view_hash(view) for view in read_case(study, case).views}

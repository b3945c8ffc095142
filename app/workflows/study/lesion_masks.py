"""The true lesions of a study's cases as masks: read from any folder of them, kept with the coordinator.

A mask file is `CASE.npz` with `lesion`: integer (2, rows, cols), anterior then posterior; with an array
`finding` beside it (as simulated cohorts have it) `lesion` holds classes, of which 1 is metastasis, and
`finding` the number of each finding. Without it, `lesion` itself numbers the lesions, 0 = none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_codes import FindingCode
from app.errors import AppError
from app.private import keep_private, own_folder
from app.progress import Progress, one_by_one
from app.scan.npz import opened_npz
from app.scan.scan import Scan, ViewName
from app.store.folder import StudyFolder
from app.study.findings import Finding, Severity
from app.study.truth import CaseTruth
from app.wording import counted
from app.workflows.study.truth import private_folder

LesionNumbers = NDArray[np.int64]
VIEWS = (ViewName.ANTERIOR, ViewName.POSTERIOR)


def read_lesions(path: Path) -> LesionNumbers:
    """Lesion numbers, int64 (2, rows, cols), 0 = none; raises AppError for a file that is no mask."""
    try:
        with opened_npz(path) as archive:
            lesion = np.asarray(archive["lesion"], dtype=np.int64)
            if "finding" in archive:
                lesion = np.where(lesion == FindingCode.METASTASIS, archive["finding"].astype(np.int64), 0)
    except (OSError, KeyError, ValueError) as error:
        raise AppError(
            f"{path.name} is no lesion mask.", "It needs an array “lesion” (2, rows, cols)."
        ) from error
    if lesion.ndim != 3 or len(lesion) != 2:
        raise AppError(
            f"{path.name} holds {lesion.ndim} dimensions.", "It needs (2, rows, cols): both views."
        )
    return lesion


def mask_files(source: Path) -> dict[str, Path]:
    """The mask files by case in a folder, or in `labels` of a simulated cohort; raises AppError when none."""
    inside = source / "labels" if (source / "labels").is_dir() else source
    if not inside.is_dir():
        raise AppError(f"There is no folder {source.name} with lesion masks.", "Check the path.")
    found = {path.stem: path for path in sorted(inside.glob("*.npz"))}
    if not found:
        raise AppError(
            f"{source.name} holds no lesion masks.", "Give a folder with CASE.npz, one file per case."
        )
    return found


def keep_lesions(
    folder: StudyFolder,
    source: Path,
    codes: Mapping[str, str],
    truths: Mapping[str, CaseTruth],
    progress: Progress,
) -> tuple[str, list[str]]:
    """Take the masks of the study's cases over, under the study's codes; says how many, and what is doubtful.

    `codes` maps original names to codes, `truths` is by original name. Cases that the truth calls healthy
    need no mask. Raises AppError for a diseased case without a mask, and for a damaged file.
    """
    files = mask_files(source)
    without = [case for case in codes if case not in files and _diseased(truths, case)]
    if without:
        raise AppError(
            f"{counted(len(without), 'diseased case has', 'diseased cases have')} no mask in {source.name}, "
            f"the first is {without[0]}.npz.",
            "Add the files, or leave the masks out.",
        )
    private_folder(folder)
    target = own_folder(folder.lesions)
    empty, unused, kept = [], [], 0
    for case, code in one_by_one(codes.items(), progress, "Lesion masks"):
        if case not in files:
            continue
        numbers = read_lesions(files[case])
        if case in truths and not truths[case].truth:
            if numbers.any():
                unused.append(code)
            continue
        if not numbers.any():
            empty.append(code)
        _write(target / f"{code}.npz", numbers)
        kept += 1
    notes = []
    if empty and truths:
        notes.append(
            f"{counted(len(empty), 'diseased case shows', 'diseased cases show')} no lesion in the masks and "
            f"will be left out of free response: {_some(empty)}."
        )
    if unused:
        notes.append(
            f"{counted(len(unused), 'case', 'cases')} without metastasis in the truth "
            f"{'has' if len(unused) == 1 else 'have'} a lesion in the masks, which is not used: "
            f"{_some(unused)}."
        )
    return f"{counted(kept, 'case has', 'cases have')} a lesion mask for the analysis of marks.", notes


def copy_lesions(study: StudyFolder, other: StudyFolder) -> None:
    """Give another study folder with the same codes the same masks."""
    source = study.lesions
    if not source.is_dir():
        return
    private_folder(other)
    target = own_folder(other.lesions)
    for file in sorted(source.glob("*.npz")):
        (target / file.name).write_bytes(file.read_bytes())
        keep_private(target / file.name)


def mask_findings(study: Path, case: str, scan: Scan) -> list[Finding]:
    """What is wrong with the mask of one case, if there is one that may be looked at."""
    path = StudyFolder(study).lesions / f"{case}.npz"
    try:
        if not path.is_file():
            return []
    except PermissionError:  # a reader's preflight: the truth is closed to them, as it should be
        return []
    try:
        numbers = read_lesions(path)
    except AppError as error:
        return [Finding(Severity.WARNING, error.message, error.hint, case)]
    shapes = {view.name: view.counts.shape for view in scan.views}
    for view, plane in zip(VIEWS, numbers, strict=True):
        if view in shapes and shapes[view] != plane.shape:
            rows, columns = plane.shape
            text = f"Its lesion mask is {rows} × {columns}, its {view.value} image {_size(shapes[view])}."
            remedy = "Marks would be matched at wrong places: give masks in image pixels."
            return [Finding(Severity.WARNING, text, remedy, case)]
    return []


def _diseased(truths: Mapping[str, CaseTruth], case: str) -> bool:
    return case in truths and truths[case].truth


def _write(path: Path, numbers: LesionNumbers) -> None:
    """Only the numbers of the lesions: nothing in the file leads back to where it came from."""
    smallest = np.min_scalar_type(int(numbers.max()))
    with path.open("wb") as file:
        np.savez_compressed(file, lesion=numbers.astype(smallest))
    keep_private(path)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(str(length) for length in shape)

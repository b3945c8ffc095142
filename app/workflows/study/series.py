"""Further series of a study's cases, kept as slices and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.files import refused, whole
from app.progress import Progress, one_by_one
from app.scan.npz import opened_npz
from app.scan.stack import Stack, read_stack
from app.store.folder import StudyFolder
from app.study.aside_rules import AsideRules, FurtherSeries, further_series
from app.study.case import StudyCase
from app.study.case_beside import CaseSeries
from app.wording import counted

_KINDS = ("", ".dcm", ".png")


@dataclass(frozen=True, eq=False)
class LoadedSeries:
    """One series of a case, ready to be shown under its name."""

    key: str
    name: str
    stack: Stack


def keep_series(
    source: Path | None,
    names: Sequence[str],
    cases: Sequence[StudyCase],
    rules: AsideRules,
    folder: StudyFolder,
    progress: Progress,
) -> tuple[list[StudyCase], list[str]]:
    """The cases with the series that the protocol names, and a note on what is missing.

    They lie in source/NAME/KEY (a folder of slices, or a file KEY.dcm or KEY.png); `names` of the scans'
    files and `cases` go together.

    Raises AppError for a series that cannot be read.
    """
    asked = further_series(rules)
    if source is None or not asked:
        return list(cases), []
    made = []
    for name, case in one_by_one([*zip(names, cases, strict=True)], progress, "Series"):
        found = [
            _kept(files, each, case, folder) for each in asked if (files := _files(source / name, each.key))
        ]
        made.append(replace(case, beside=replace(case.beside, series=tuple(found))))
    notes = []
    for each in asked:
        lack = sum(each.key not in {one.key for one in case.beside.series} for case in made)
        if lack:
            notes.append(f"{counted(lack, 'case has', 'cases have')} no series {each.name} ({each.key}).")
    return made, notes


def read_series(study: Path, case: StudyCase, rules: AsideRules) -> tuple[LoadedSeries, ...]:
    """The series of a case that the protocol shows; raises AppError when one is not as it was kept."""
    kept = {each.key: each for each in case.beside.series}
    found = []
    for each in further_series(rules):
        if each.key in kept:
            stack = _read(study / kept[each.key].file)
            if _sha256(stack) != kept[each.key].sha256:
                raise AppError(
                    "A series is not the one that the study was made with.", "Make the study anew."
                )
            found.append(LoadedSeries(each.key, each.name, stack))
    return tuple(found)


def _files(folder: Path, key: str) -> list[Path]:
    """A folder of slices, or one file."""
    if (folder / key).is_dir():
        return sorted(file for file in (folder / key).iterdir() if file.is_file())
    return [file for kind in _KINDS if (file := folder / f"{key}{kind}").is_file()][:1]


def _kept(files: Sequence[Path], each: FurtherSeries, case: StudyCase, folder: StudyFolder) -> CaseSeries:
    try:
        stack = read_stack(files)
    except AppError as error:
        raise AppError(f"Case {case.code}, {each.name}: {error.message}", error.hint) from error
    file = folder.scans / f"{case.code}-{each.key}.npz"
    try:
        folder.scans.mkdir(parents=True, exist_ok=True)
        with whole(file) as out:
            np.savez_compressed(out, slices=stack.slices, tallness=np.array(stack.tallness))
    except OSError as error:
        raise refused(file, error, "Check that you may write in that folder.") from error
    return CaseSeries(each.key, file.relative_to(folder.path).as_posix(), _sha256(stack))


def _read(file: Path) -> Stack:
    try:
        with opened_npz(file) as arrays:
            slices, tallness = arrays["slices"], float(arrays["tallness"])
        if slices.ndim != 3 or slices.dtype not in (np.int16, np.float32):
            raise ValueError("no stack")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError("A series cannot be read.", "Make the study anew.") from error
    return Stack(slices, tallness)


def _sha256(stack: Stack) -> str:
    head = f"{stack.slices.dtype.str} {stack.slices.shape} {stack.tallness!r}"
    digest = hashlib.sha256(head.encode())
    digest.update(np.ascontiguousarray(stack.slices).tobytes())
    return digest.hexdigest()

"""Makes a study out of a folder of scans, and adds cases or readers to one."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.progress import NoProgress, Progress
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study, open_study
from app.study.assignment import Assignment
from app.study.case import StudyCase
from app.study.order import draw_addition, draw_order
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_problems, protocol_text
from app.study.truth import CaseTruth, read_truth
from app.wording import counted
from app.workflows.case_scan import reference
from app.workflows.scan_library import Confirm, ScanRow, ScanTable, find_scans
from app.workflows.study_copies import copy_scans
from app.workflows.study_protocol import draw_plan
from app.workflows.study_truth import keep_key, keep_truth


@dataclass(frozen=True)
class NewStudy:
    """What was made: `unused` are the files that are not part of it, each with its reason."""

    path: Path
    protocol: Protocol
    sha256: str
    cases: int
    unused: tuple[ScanRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingredients:
    """What a study is made of beside its scans."""

    protocol: Protocol | None = None
    truth: Path | None = None
    clinical: Path | None = None
    """A CSV file `case,clinical_information`."""
    copy: bool = False
    """Keep de-identified copies in the study instead of referring to the files."""
    no_burned_in_text: bool = False
    """Somebody looked and found no text in the images; copies need that where the files do not say it."""
    pseudonyms: bool = False
    """Give the cases the codes C0001, C0002 ... in random order; the key stays with the coordinator."""
    database: str = ""
    second_copy: str = ""


def new_study(
    path: Path,
    scans: Path | Sequence[Path],
    ingredients: Ingredients | None = None,
    progress: Progress | None = None,
    confirm: Confirm | None = None,
) -> NewStudy:
    """Make the study folder `path`; it appears whole or not at all.

    Raises AppError when no scan can be used, or the protocol does not fit the cases.
    """
    ingredients = ingredients or Ingredients()
    if (path / "protocol.toml").exists():
        raise AppError(f"{path.name} is a study already.", "Choose another folder.")
    protocol = ingredients.protocol or default_protocol(path.name)
    truths = read_truth(ingredients.truth) if ingredients.truth else {}
    progress = progress or NoProgress()
    table = find_scans(scans, progress, confirm)
    if not table.usable:
        raise AppError(_nothing_usable(table), "Give a folder with whole-body scans (DICOM, TIFF or PNG).")
    partial = path.with_name(f".{path.name}.partial")
    _remove(partial)
    try:
        study = create_study(StudyFolder(partial), ingredients.database, ingredients.second_copy)
        try:
            made = _fill(study, path, protocol, table, truths, ingredients, progress)
        finally:
            study.close()
        if path.is_dir():
            path.rmdir()  # only an empty folder gives way
        partial.replace(path)
    except OSError as error:
        raise AppError(
            f"The study {path.name} cannot be made there: {error.strerror or 'unknown reason'}.",
            "Choose an empty folder where you may write.",
        ) from error
    finally:
        _remove(partial)
    return made


def add_to_study(
    path: Path,
    scans: Sequence[Path] = (),
    readers: Sequence[str] = (),
    progress: Progress | None = None,
    confirm: Confirm | None = None,
) -> NewStudy:
    """A new protocol version with more cases or more readers; what was read stays under the old one."""
    study = open_study(path)
    try:
        before = study.studies.current().protocol
        known = {case.code for case in study.studies.cases()}
        table = find_scans(list(scans), progress or NoProgress(), confirm) if scans else ScanTable()
        added = [_case(row, path, "") for row in table.usable if row.case not in known]
        joined = tuple(reader for reader in readers if reader not in before.readers)
        if not added and not joined:
            raise AppError(
                "There is nothing new to add.", "Give scans or reader codes that are not there yet."
            )
        after = replace(before, version=before.version + 1, readers=(*before.readers, *joined))
        problems = protocol_problems(after)
        if problems:
            raise AppError(problems[0], "Nothing was added.")
        plan: list[Assignment] = []
        for reader in before.readers:
            first = max((item.position for item in study.studies.plan(reader)), default=0) + 1
            plan += draw_addition(after, [case.code for case in added], reader, first)
        everything = sorted(known | {case.code for case in added})
        for reader in joined:
            plan += draw_order(after, everything, reader)
        version = study.studies.extend(after, added, plan)
        study.folder.protocol.write_text(protocol_text(after), encoding="utf-8")
        return NewStudy(path, after, version.sha256, len(everything), table.unusable)
    finally:
        study.close()


def default_protocol(name: str) -> Protocol:
    """An unaided study with one reader, named after its folder."""
    code = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:32] or "study"
    return Protocol(title=name or "Study", code=code)


def _fill(
    study: OpenStudy,
    home: Path,
    protocol: Protocol,
    table: ScanTable,
    truths: Mapping[str, CaseTruth],
    ingredients: Ingredients,
    progress: Progress,
) -> NewStudy:
    clinical = _clinical(ingredients.clinical)
    rows = list(table.usable)
    codes = (
        _pseudonyms(rows, protocol.seed) if ingredients.pseudonyms else {row.case: row.case for row in rows}
    )
    cases = [replace(_case(row, home, clinical.get(row.case, "")), code=codes[row.case]) for row in rows]
    if ingredients.copy:
        cases = copy_scans(rows, cases, study.folder, ingredients.no_burned_in_text, progress)
    version = study.studies.define(protocol, cases, draw_plan(protocol, cases))
    study.folder.protocol.write_text(protocol_text(protocol), encoding="utf-8")
    notes = []
    if truths:
        keep_truth(
            study.folder,
            [replace(truths[row.case], case=codes[row.case]) for row in rows if row.case in truths],
        )
        notes += _truth_notes(rows, truths)
    if ingredients.pseudonyms:
        keep_key(study.folder, codes)
    return NewStudy(home, protocol, version.sha256, len(cases), table.unusable, tuple(notes))


def _case(row: ScanRow, home: Path, clinical_information: str) -> StudyCase:
    hashes = {name.value: each for name, each in zip(row.views, row.hashes, strict=True)}
    files = tuple(reference(file, home) for file in row.files)
    return StudyCase(row.case, files, hashes, clinical_information, row.confirmed, row.simulated)


def _pseudonyms(rows: Sequence[ScanRow], seed: int) -> dict[str, str]:
    order = np.random.Generator(np.random.PCG64([seed, 0xC0DE])).permutation(len(rows))
    width = max(4, len(str(len(rows))))
    return {row.case: f"C{int(place) + 1:0{width}d}" for row, place in zip(rows, order, strict=True)}


def _clinical(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AppError(
            f"{path.name} cannot be read as CSV in UTF-8.", "Save it again as CSV in UTF-8."
        ) from error
    if rows and not {"case", "clinical_information"} <= rows[0].keys():
        raise AppError(
            f"{path.name} needs the columns case and clinical_information.", "Check its first line."
        )
    return {row["case"]: row["clinical_information"] or "" for row in rows}


def _truth_notes(rows: Sequence[ScanRow], truths: Mapping[str, CaseTruth]) -> list[str]:
    cases = {row.case for row in rows}
    without = sorted(cases - truths.keys())
    surplus = sorted(truths.keys() - cases)
    notes = []
    if without:
        notes.append(f"{counted(len(without), 'case has', 'cases have')} no truth: {_some(without)}.")
    if surplus:
        lines = counted(len(surplus), "line of the truth names", "lines of the truth name")
        notes.append(f"{lines} no scan: {_some(surplus)}.")
    return notes


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _nothing_usable(table: ScanTable) -> str:
    if not table.rows:
        return "There are no files."
    return (
        f"None of the files ({len(table.rows)}) is a scan that can be read; the first: {table.rows[0].reason}"
    )


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)

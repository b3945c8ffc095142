"""Makes a study out of a folder of scans."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.files import moved, refusal
from app.progress import NoProgress, Progress
from app.scan.class_words import untelling
from app.scan.hashing import view_hash
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.study.case import StudyCase
from app.study.protocol import Protocol, ScreenRules
from app.study.truth import CaseTruth, read_truth
from app.tables.ids import unmatched
from app.wording import counted
from app.workflows.scans.confirmed_views import Confirm
from app.workflows.scans.library import find_scans, load_scan
from app.workflows.scans.scan_row import ScanRow, ScanTable
from app.workflows.study.case_scan import reference
from app.workflows.study.clinical import keep_clinical, read_clinical, with_fields, without_values
from app.workflows.study.copies import copy_scans
from app.workflows.study.left_out import keep_left_out
from app.workflows.study.lesion_masks import keep_lesions, mask_files
from app.workflows.study.priors import lay_priors
from app.workflows.study.protocol import draw_plan, write_protocol
from app.workflows.study.series import keep_series
from app.workflows.study.truth import keep_key, keep_truth
from app.workflows.study.truth_record import seal_truth


@dataclass(frozen=True)
class NewStudy:
    """What was made: `unused` are the files that are not part of it, each with its reason.

    `told`: what is good to know; `notes`: what does not fit and should be looked at.
    """

    path: Path
    protocol: Protocol
    sha256: str
    cases: int
    unused: tuple[ScanRow, ...] = ()
    notes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingredients:
    """What a study is made of beside its scans."""

    protocol: Protocol | None = None
    truth: Path | None = None
    clinical: Path | None = None
    """A table `case,clinical_information`, with columns for the protocol's fields, or with these alone."""
    labels: Path | None = None
    """A folder with lesion masks `CASE.npz`, or a simulated cohort; kept with the truth for free response."""
    priors: Path | None = None
    """A folder with earlier scans of the same patients, in files of the same names."""
    series: Path | None = None
    """A folder with further series of the cases, as NAME/KEY, where the protocol names them."""
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
    if ingredients.labels:
        mask_files(ingredients.labels)  # a wrong folder is told before all scans are read
    progress = progress or NoProgress()
    table = find_scans(scans, progress, confirm)
    if not table.usable:
        raise AppError(_nothing_usable(table), "Give a folder with whole-body scans (DICOM or pictures).")
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
        moved(partial, path)
    except OSError as error:
        raise AppError(
            f"The study {path.name} cannot be made there: {refusal(error)}.",
            "Choose an empty folder where you may write.",
        ) from error
    finally:
        _remove(partial)
    return made


def default_protocol(name: str) -> Protocol:
    """An unaided study with one reader, named after its folder."""
    code = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:32] or "study"
    return Protocol(title=name or "Study", code=code, screen=ScreenRules(fit_patient=True))


def _fill(
    study: OpenStudy,
    home: Path,
    protocol: Protocol,
    table: ScanTable,
    truths: Mapping[str, CaseTruth],
    ingredients: Ingredients,
    progress: Progress,
) -> NewStudy:
    rows = list(table.usable)
    codes = {row.case: row.case for row in rows}
    told: list[str] = []
    clinical = read_clinical(ingredients.clinical, codes)
    notes = list(clinical.notes)
    if ingredients.truth:
        notes += _truth_notes(ingredients.truth.name, codes, truths)
    if ingredients.pseudonyms:
        codes = pseudonyms(list(codes), protocol.seed)
    else:
        codes = untelling(list(codes))
        told += told_of_renamed(codes)
        warm_up = tuple(codes.get(case, case) for case in protocol.warm_up_cases)
        protocol = replace(protocol, warm_up_cases=warm_up)
    cases = [
        replace(case_of(row, home, clinical.text.get(row.case, "")), code=codes[row.case]) for row in rows
    ]
    clinical = clinical.renamed(codes)
    keep_clinical(study.folder, clinical)
    cases = with_fields(cases, clinical.values, protocol.beside)
    notes += without_values(cases, protocol.beside)
    laid = lay_priors(ingredients.priors, rows, cases, study.folder, progress)
    names = [row.case for row in rows]
    cases, lacking = keep_series(
        ingredients.series, names, laid.cases, protocol.beside, study.folder, progress
    )
    notes += [*laid.notes, *lacking]
    if ingredients.copy:
        cases = copy_scans(rows, cases, study.folder, ingredients.no_burned_in_text, progress)
    version = study.studies.define(protocol, cases, draw_plan(protocol, cases))
    write_protocol(study.folder.protocol, protocol)
    keep_left_out(study.folder, table.unusable, codes)
    if truths:
        keep_truth(
            study.folder,
            [replace(truths[row.case], case=codes[row.case]) for row in rows if row.case in truths],
        )
    if ingredients.labels:
        with_masks, doubts = keep_lesions(study.folder, ingredients.labels, codes, truths, progress)
        told.append(with_masks)
        notes += doubts
    seal_truth(study.folder)
    if renamed := {name: code for name, code in codes.items() if name != code}:
        keep_key(study.folder, renamed)
    return NewStudy(home, protocol, version.sha256, len(cases), table.unusable, tuple(notes), tuple(told))


def case_of(row: ScanRow, home: Path, clinical_information: str) -> StudyCase:
    """The case that a scan becomes in the study at `home`."""
    if len(row.hashes) == len(row.views):
        hashes = {name.value: each for name, each in zip(row.views, row.hashes, strict=True)}
    else:  # a row has none for a blank view
        hashes = {view.name.value: view_hash(view) for view in load_scan(row).views}
    files = tuple(reference(file, home) for file in row.files)
    return StudyCase(row.case, files, hashes, clinical_information, row.confirmed, row.simulated)


def pseudonyms(names: Sequence[str], seed: int, taken: int = 0) -> dict[str, str]:
    """Codes C0001, C0002 ... in random order by name, after those that are taken already."""
    order = np.random.Generator(np.random.PCG64([seed, 0xC0DE, *([taken] if taken else [])]))
    places = order.permutation(len(names)) + taken + 1
    width = max(4, len(str(len(names))))
    return {name: f"C{int(place):0{width}d}" for name, place in zip(names, places, strict=True)}


def told_of_renamed(codes: Mapping[str, str]) -> list[str]:
    """What the coordinator has to know of names that would have told readers the class."""
    number = sum(name != code for name, code in codes.items())
    names = counted(
        number, "file name tells the class of its scan", "file names tell the class of their scans"
    )
    told = f"{names}: the case codes leave it out, and coordinator/key.csv says whose they are."
    return [told] if number else []


def _truth_notes(name: str, cases: Collection[str], truths: Mapping[str, CaseTruth]) -> list[str]:
    """What does not fit between truth and scans; raises AppError when nothing does."""
    surplus = unmatched(name, truths, cases, "the study")
    without = sorted(case for case in cases if case not in truths)
    notes = [surplus] if surplus else []
    if without:
        notes.append(f"{counted(len(without), 'case has', 'cases have')} no truth: {_some(without)}.")
    return notes


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _nothing_usable(table: ScanTable) -> str:
    if not table.rows:
        return "There are no files."
    if len(table.rows) == 1:
        return f"The only file is not a scan that can be read: {table.rows[0].reason}"
    return (
        f"None of the {len(table.rows)} files is a scan that can be read; the first: {table.rows[0].reason}"
    )


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)

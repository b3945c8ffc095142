"""A reader study's cases drawn from a cohort: as many with metastases as without, one scan per patient."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app import __version__
from app.annotation.formats.files import json_bytes, read_json
from app.errors import AppError
from app.files import moved, refusal, write_whole
from app.learning.dataset import CaseFile, CohortFiles
from app.progress import NoProgress, Progress, one_by_one
from app.study.truth import read_truth, write_truth
from app.wording import counted
from app.workflows.training.cohort import LABELS, open_cohort
from app.workflows.training.patients import with_patients

CASES = 134
"""Of Ibrahim 2023's in silico trial: as many negative as positive ones, drawn from the external centre."""
TRUTH, NOTE = "truth.csv", "reader_set.json"


@dataclass(frozen=True)
class ReaderSetRequest:
    """Which cohort is drawn from, and how; `out` is a new folder."""

    cohort: Path
    out: Path
    cases: int = CASES
    seed: int = 1
    not_in: Path | None = None
    """A run of training: no patient of its training or validation is drawn."""
    patients_are_cases: bool = False


@dataclass(frozen=True)
class ReaderSet:
    """What was drawn: `cases` in the order of their codes, half of them diseased."""

    folder: Path
    cases: tuple[str, ...]
    simulated: bool
    masks: bool
    """Whether masks of the lesions are there that `study new` takes."""


def draw_reader_set(request: ReaderSetRequest, progress: Progress | None = None) -> ReaderSet:
    """Draw the cases and copy scans, truth and labels into a folder for `study new`; whole or not at all.

    The same seed draws the same cases. Raises AppError for too few patients of a kind, and a folder in use.
    """
    progress = progress or NoProgress()
    if request.cases < 2 or request.cases % 2:
        raise AppError(f"{request.cases} cases cannot be half of each kind.", "Give an even number.")
    if request.out.exists():
        raise AppError(f"{request.out.name} is there already.", "Choose another folder.")
    cohort = with_patients(open_cohort(request.cohort, progress), request.patients_are_cases)
    known = _trained(request.not_in, cohort) if request.not_in else frozenset()
    drawn = _drawn(cohort, request.cases, request.seed, known)
    partial = request.out.with_name(f".{request.out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _copy(drawn, request.cohort, partial, progress)
        truths = read_truth(request.cohort / TRUTH)
        patients = {case.case: case.patient for case in drawn}
        rows = [
            replace(truths[name], more={**truths[name].more, "patient": patients[name]}) for name in patients
        ]
        write_truth(partial / TRUTH, rows)
        told = {
            "format": "scintiread reader set",
            "program": __version__,
            "cohort": cohort.name,
            "seed": request.seed,
            "cases": list(patients),
            "not_in": request.not_in.name if request.not_in else "",
        }
        write_whole(partial / NOTE, json_bytes(told))
        moved(partial, request.out)
    except OSError as error:
        raise AppError(
            f"The cases cannot be copied into {request.out.name}: {refusal(error)}.",
            "Choose another folder; nothing half-made was left.",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    masks = any(file.suffix == ".npz" for case in drawn for file in case.labels)
    return ReaderSet(request.out, tuple(patients), cohort.simulated, masks)


def _drawn(cohort: CohortFiles, many: int, seed: int, known: frozenset[str]) -> tuple[CaseFile, ...]:
    """So many cases, half of each kind, no patient twice, by code; raises AppError for too few."""
    cases = sorted(cohort.cases, key=lambda case: case.case)
    order = np.random.default_rng(seed).permutation(len(cases))
    used, found = set(known), list[CaseFile]()
    for kind, words in ((True, "with"), (False, "without")):
        before = len(found)
        for case in (cases[place] for place in order):
            if len(found) - before < many // 2 and case.truth is kind and case.patient not in used:
                used.add(case.patient)
                found.append(case)
        if len(found) - before < many // 2:
            raise AppError(
                f"{cohort.name} has {counted(len(found) - before, 'patient')} {words} metastases to draw "
                f"from, and {many // 2} are needed.",
                f"Give --cases {max(2 * (len(found) - before), 2)} or fewer, or a larger cohort.",
            )
    return tuple(sorted(found, key=lambda case: case.case))


def _trained(run: Path, cohort: CohortFiles) -> frozenset[str]:
    """The patients that a run knows; raises AppError where it was trained on another cohort."""
    told = read_json(run / "run.json")
    try:
        name, parts = str(told["cohort"]), told["cases"]
        seen = {*parts["train"], *parts["validation"]}
    except (KeyError, TypeError) as error:
        raise AppError(f"{run.name} is no run of a training.", "Name the folder that train wrote.") from error
    if name != cohort.name:
        raise AppError(
            f"{run.name} was trained on {name}, not on {cohort.name}: it knows none of these scans.",
            "Leave --not-in out.",
        )
    return frozenset(case.patient for case in cohort.cases if case.case in seen)


def _copy(drawn: Sequence[CaseFile], cohort: Path, out: Path, progress: Progress) -> None:
    """Files keep their place below the folder of the scans, which names cases and sides."""
    scans = cohort / "scans" if (cohort / "scans").is_dir() else cohort
    for case in one_by_one(drawn, progress, "Case"):
        for file, target in _targets(case, scans, cohort / LABELS):
            (out / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, out / target)


def _targets(case: CaseFile, scans: Path, labels: Path) -> Iterator[tuple[Path, Path]]:
    for file in case.files:
        yield file, Path("scans") / file.relative_to(scans)
    for file in case.labels:
        yield file, Path(LABELS) / file.relative_to(labels)

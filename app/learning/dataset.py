"""Scans with their truth, made ready once on disk: training reads them as memory maps of any size."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.learning.recipe import LabelMaps, Recipe
from app.progress import NoProgress, Progress, check_cancelled
from app.scan.read import read_scan
from app.scan.scan import Scan


@dataclass(frozen=True)
class CaseFile:
    """One case: where its scan and its labels lie, whose it is, and whether there are metastases."""

    case: str
    patient: str
    truth: bool
    files: tuple[Path, ...]
    labels: Path | None = None


@dataclass(frozen=True)
class CohortFiles:
    """A cohort on disk. `facts`: what is known of how it was made, for the model card."""

    name: str
    cases: tuple[CaseFile, ...]
    simulated: bool
    facts: tuple[tuple[str, str], ...] = ()
    only_test: int = 0
    """So many of the last cases are another cohort's, that tests and nothing else."""

    def tested_on(self, other: CohortFiles) -> CohortFiles:
        """Both cohorts, the other one for testing alone; raises AppError when a case is in both."""
        double = sorted({case.case for case in self.cases} & {case.case for case in other.cases})
        if double:
            raise AppError(f"{double[0]} is in {self.name} and in {other.name}.", "Test on other scans.")
        simulated = self.simulated or other.simulated
        return replace(self, cases=self.cases + other.cases, simulated=simulated, only_test=len(other.cases))


LabelReader = Callable[[CaseFile, Scan], LabelMaps]
"""Reads the labels of a case; a function of a module, since other processes call it."""


@dataclass(frozen=True, eq=False)
class PreparedCohort:
    """A cohort as one recipe sees it; memory maps, so that only what is used is in memory.

    `images` float16 (n, channels, rows, cols); `targets` uint8 (n, planes, rows, cols), 255 = 1, or None;
    `truth` bool (n,); `cases` and `patients` by index.
    """

    recipe: str
    cohort: CohortFiles
    images: NDArray[np.float16]
    targets: NDArray[np.uint8] | None
    scale: NDArray[np.float32]
    """What each stored image is multiplied with, (n,): half floats end at 65,504."""
    truth: NDArray[np.bool_]
    cases: tuple[str, ...]
    patients: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cases)


def prepare_cohort(
    recipe: Recipe,
    cohort: CohortFiles,
    cache: Path,
    labels: LabelReader | None = None,
    progress: Progress | None = None,
    workers: int = 2,
) -> PreparedCohort:
    """Prepare every scan once; what is already in the cache is used again.

    Raises AppError for a cohort that cannot be trained on, or a scan that the recipe cannot use.
    """
    progress = progress or NoProgress()
    _check(cohort)
    folder = cache / f"{recipe.name}-{_print_of(recipe, cohort)}"
    if not (folder / "done.json").is_file():
        _fill(recipe, cohort, folder, labels, progress, workers)
    return _opened(recipe, cohort, folder)


def _check(cohort: CohortFiles) -> None:
    if not cohort.cases:
        raise AppError(f"{cohort.name} holds no cases.", "Give a folder with scans and truth.csv.")
    if len({case.truth for case in cohort.cases}) < 2:
        only = "metastases" if cohort.cases[0].truth else "no metastases"
        raise AppError(
            f"All {len(cohort.cases)} cases of {cohort.name} have {only}.",
            "Training needs cases of both kinds.",
        )


def _print_of(recipe: Recipe, cohort: CohortFiles) -> str:
    """Changes when a case, a file or the way the recipe prepares scans changes."""
    told = [getattr(recipe, "preparation", repr(recipe))]
    for case in cohort.cases:
        files = [*case.files, *([case.labels] if case.labels else [])]
        stamps = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
        told.append(f"{case.case} {case.patient} {case.truth} {stamps}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _fill(
    recipe: Recipe,
    cohort: CohortFiles,
    folder: Path,
    labels: LabelReader | None,
    progress: Progress,
    workers: int,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stores: list[NDArray[Any]] = []
    scale = np.ones(len(cohort.cases), np.float32)
    jobs = [(recipe, case, labels) for case in cohort.cases]
    for index, (image, target) in enumerate(_made(jobs, workers)):
        check_cancelled(progress)
        progress.report(index / len(jobs), f"Scan {index + 1} of {len(jobs)}")
        if not stores:
            arrays = [("images.npy", image, np.float16)] + (
                [("targets.npy", target, np.uint8)] if target is not None else []
            )
            stores = [
                np.lib.format.open_memmap(folder / name, "w+", dtype=kind, shape=(len(jobs), *array.shape))
                for name, array, kind in arrays
            ]
        scale[index] = max(float(np.abs(image).max()) / 1000.0, 1e-6)
        stores[0][index] = image / scale[index]
        if target is not None:
            stores[1][index] = target
    for store in stores:
        store.flush()  # type: ignore[attr-defined]
    np.save(folder / "scale.npy", scale)
    facts = {"recipe": recipe.name, "cases": len(jobs), "targets": len(stores) > 1}
    (folder / "done.json").write_text(json.dumps(facts), encoding="utf-8")


Job = tuple[Recipe, CaseFile, LabelReader | None]
Made = tuple[NDArray[np.float32], NDArray[np.uint8] | None]


def _made(jobs: Sequence[Job], workers: int) -> Any:
    if workers <= 1 or len(jobs) < 8:
        yield from map(prepared, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(prepared, jobs, chunksize=8)


def prepared(job: Job) -> Made:
    """One case: input float32 and, where there are labels, target as uint8."""
    recipe, case, labels = job
    scan = read_scan(*case.files, case=case.case)
    if not all(np.isfinite(view.counts).all() for view in scan.views):
        raise AppError(f"{case.files[0].name} holds counts that are no numbers.", "Leave the scan out.")
    made = recipe.prepare(scan)
    if not recipe.planes or labels is None or case.labels is None:
        return made.image, None
    target = recipe.target(labels(case, scan), made)
    return made.image, None if target is None else np.rint(target * 255).astype(np.uint8)


def _opened(recipe: Recipe, cohort: CohortFiles, folder: Path) -> PreparedCohort:
    facts = json.loads((folder / "done.json").read_text(encoding="utf-8"))
    cases = cohort.cases
    return PreparedCohort(
        recipe=recipe.name,
        cohort=cohort,
        images=np.load(folder / "images.npy", mmap_mode="r"),
        targets=np.load(folder / "targets.npy", mmap_mode="r") if facts["targets"] else None,
        scale=np.load(folder / "scale.npy"),
        truth=np.array([case.truth for case in cases]),
        cases=tuple(case.case for case in cases),
        patients=tuple(case.patient for case in cases),
    )

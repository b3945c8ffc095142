"""Scans with their truth, made ready once on disk: training reads them as memory maps of any size."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.bounded import json_in
from app.each_scan import AHEAD, each_scan, processes
from app.errors import AppError
from app.learning.recipe import LabelMaps, Recipe
from app.progress import NoProgress, Progress
from app.scan.read import read_scan
from app.scan.scan import Scan
from app.wording import counted

TESTED_ON, BLANKED = "tested on", "blanked"
"""The facts of a cohort that another one tests, and of what was burnt into its pictures."""
_WORTH_PROCESSES = 8
"""Fewer cases are made ready before processes have started."""
_LAYOUT = "3"
"""Counts up when what is kept of a cohort changes."""


@dataclass(frozen=True)
class CaseFile:
    """One case: where its scan and its labels lie, whose it is, and whether there are metastases.

    `patient` is empty while nobody has said whose it is. `drawn`: whether it is known what is to be drawn.
    `only`: the part of every split that a case of another cohort is for; empty for the cohort's own.
    """

    case: str
    patient: str
    truth: bool
    files: tuple[Path, ...]
    labels: tuple[Path, ...] = ()
    label_format: str = ""
    drawn: bool = True
    only: Literal["", "train", "test"] = ""

    def read(self) -> Scan:
        """Its scan; raises AppError for files that hold none."""
        return read_scan(*self.files, case=self.case)


@dataclass(frozen=True)
class CohortFiles:
    """A cohort on disk. `facts`: what is known of how it was made, for the model card."""

    name: str
    cases: tuple[CaseFile, ...]
    simulated: bool
    facts: tuple[tuple[str, str], ...] = ()

    def tested_on(self, other: CohortFiles) -> CohortFiles:
        """Both cohorts, the other one for testing alone; raises AppError when a case is in both."""
        return self._with(other, "test", TESTED_ON, "neither train nor validate", "Test on other scans.")

    def trained_with(self, other: CohortFiles) -> CohortFiles:
        """Both cohorts, the other one for training alone; raises AppError when a case is in both."""
        hint = "Take it out of one of them."
        return self._with(other, "train", "also trained on", "neither validate nor test", hint)

    def _with(
        self, other: CohortFiles, only: Literal["train", "test"], word: str, never: str, hint: str
    ) -> CohortFiles:
        double = sorted({case.case for case in self.cases} & {case.case for case in other.cases})
        if double:
            raise AppError(f"{double[0]} is in {self.name} and in {other.name}.", hint)
        more = tuple(replace(case, only=only) for case in other.cases)
        told = (word, f"{other.name}: {counted(len(other.cases), 'scan')}, which {never}")
        return replace(
            self,
            cases=self.cases + more,
            simulated=self.simulated or other.simulated,
            facts=(*self.facts, told),
        )


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
    undrawn: tuple[str, ...] = ()
    """Diseased cases whose labels show no metastasis."""
    burden: NDArray[np.int64] | None = None
    """Pixels of metastasis in the labels, both views together, -1 where none were read: int64 (n,)."""

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

    `labels` are read for what a recipe draws, and for the burden of each scan. Raises AppError for a cohort
    that cannot be trained on, or a scan that the recipe cannot use.
    """
    progress = progress or NoProgress()
    _check(recipe, cohort)
    folder = cache / f"{recipe.name}-{_print_of(recipe, cohort, labels is not None)}"
    if not (folder / "done.json").is_file():
        _fill(recipe, cohort, folder, labels, progress, workers)
    return _opened(recipe, cohort, folder)


def positives_suffice(recipe: Recipe) -> bool:
    """Whether a recipe learns from scans with metastases alone: what lies beside them is its other class."""
    return bool(getattr(recipe, "positives_suffice", False))


def _check(recipe: Recipe, cohort: CohortFiles) -> None:
    if not cohort.cases:
        raise AppError(f"{cohort.name} holds no cases.", "Give a folder with scans and truth.csv.")
    if all(case.truth for case in cohort.cases) and positives_suffice(recipe):
        return
    if len({case.truth for case in cohort.cases}) < 2:
        only = "metastases" if cohort.cases[0].truth else "no metastases"
        raise AppError(
            f"All {len(cohort.cases)} cases of {cohort.name} have {only}.",
            "Training needs cases of both kinds.",
        )


def _print_of(recipe: Recipe, cohort: CohortFiles, labelled: bool) -> str:
    """Changes when a case, a file or the way the recipe prepares scans changes."""
    told = [_LAYOUT, getattr(recipe, "preparation", repr(recipe))]
    told += ["burden"] if labelled and not recipe.planes else []
    for case in cohort.cases:
        stamps = [
            (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in case.files + case.labels
        ]
        told.append(f"{case.case} {case.patient} {case.truth} {case.drawn} {case.label_format} {stamps}")
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
    images: Any = None  # numpy's memory maps, made when the first one's shape is known
    targets: Any = None
    cases = cohort.cases
    scale = np.ones(len(cases), np.float32)
    simulated = 0
    burden = np.full(len(cases), -1, np.int64)
    blanked: list[int] = []  # of each scan, where the recipe looks for letters and borders
    labelled = any(
        case.labels for case in cases if case.only != "test"
    )  # else the recipe learns from the truth alone
    prepare = partial(prepared, recipe, labels if labelled else None)
    for index, made in enumerate(_made(cases, prepare, workers, progress)):
        simulated += made.simulated
        if images is None:
            images = _store(folder / "images.npy", len(cases), made.image, np.float16)
        scale[index] = max(float(np.abs(made.image).max()) / 1000.0, 1e-6)
        images[index] = made.image / scale[index]
        if made.target is not None:
            if targets is None:
                targets = _store(folder / "targets.npy", len(cases), made.target, np.uint8)
            targets[index] = made.target
        burden[index] = made.burden
        blanked += [] if made.blanked is None else [made.blanked]
    for store in (images, targets):
        if store is not None:
            store.flush()
    np.save(folder / "scale.npy", scale)
    np.save(folder / "burden.npy", burden)
    facts = {
        "recipe": recipe.name,
        "cases": len(cases),
        "targets": targets is not None,
        "simulated": simulated,
        "blanked": blanked,
    }
    (folder / "done.json").write_text(json.dumps(facts), encoding="utf-8")


def _store(path: Path, many: int, first: NDArray[Any], kind: type[np.generic]) -> Any:  # numpy's memmap
    return np.lib.format.open_memmap(path, "w+", dtype=kind, shape=(many, *first.shape))


@dataclass(frozen=True, eq=False)
class Made:
    """One case made ready: input float32 (channels, rows, cols); target uint8 (planes, rows, cols), 255 = 1.

    `burden`: pixels of metastasis in its labels on all views, -1 where none were read. `blanked` as in Input.
    """

    image: NDArray[np.float32]
    target: NDArray[np.uint8] | None
    simulated: bool
    burden: int = -1
    blanked: int | None = None


def _made(
    cases: tuple[CaseFile, ...], prepare: Callable[[CaseFile], Made], workers: int, progress: Progress
) -> Iterator[Made]:
    with processes(workers if len(cases) >= _WORTH_PROCESSES else 1) as executor:
        for _, made in each_scan(cases, prepare, progress, executor=executor, ahead=workers * AHEAD):
            yield made


def prepared(recipe: Recipe, labels: LabelReader | None, case: CaseFile) -> Made:
    """One case: its input and, where labels are read and it is known what is to be drawn, its target."""
    scan = case.read()
    if not all(np.isfinite(view.counts).all() for view in scan.views):
        raise AppError(f"{case.files[0].name} holds counts that are no numbers.", "Leave the scan out.")
    made = recipe.prepare(scan)
    if labels is None or not case.drawn:
        return Made(made.image, None, scan.simulated, blanked=made.blanked)
    maps = labels(case, scan)
    try:
        target = recipe.target(maps, made) if recipe.planes else None
    except AppError as error:
        raise AppError(f"{case.case}: {error.message}", error.hint) from error
    burden = sum(int(drawn.sum()) for drawn in maps.metastases.values())
    known = bool(case.labels) or not case.truth
    drawn = None if target is None else np.rint(target * 255).astype(np.uint8)
    return Made(made.image, drawn, scan.simulated, burden if known else -1, made.blanked)


def _opened(recipe: Recipe, cohort: CohortFiles, folder: Path) -> PreparedCohort:
    facts = json_in((folder / "done.json").read_text(encoding="utf-8"))
    cases = cohort.cases
    burden = np.load(folder / "burden.npy")
    undrawn = tuple(case.case for case, many in zip(cases, burden, strict=True) if case.truth and many == 0)
    if recipe.planes and undrawn and len(undrawn) == sum(case.truth and bool(case.labels) for case in cases):
        raise AppError(
            f"No label of a diseased scan of {cohort.name} shows a metastasis, and {recipe.name} draws them.",
            "Call what is a metastasis “metastasis” in the labels.",
        )
    if blanked := facts.get("blanked"):
        cohort = replace(cohort, facts=(*cohort.facts, (BLANKED, blanked_words(blanked))))
    return PreparedCohort(
        recipe=recipe.name,
        cohort=replace(cohort, simulated=cohort.simulated or facts["simulated"] > 0),
        images=np.load(folder / "images.npy", mmap_mode="r"),
        targets=np.load(folder / "targets.npy", mmap_mode="r") if facts["targets"] else None,
        scale=np.load(folder / "scale.npy"),
        truth=np.array([case.truth for case in cases]),
        cases=tuple(case.case for case in cases),
        patients=tuple(case.patient for case in cases),
        undrawn=undrawn,
        burden=burden,
    )


def blanked_words(pixels: Sequence[int]) -> str:
    """What was blanked of the scans, pixels of each, in a sentence."""
    return (
        f"Burnt-in letters, markers and borders: {sum(pixels):,} pixels blanked on "
        f"{sum(each > 0 for each in pixels)} of {counted(len(pixels), 'scan')}."
    )

"""A whole reader study in one go, with simulated scans and readers: from the first scan to the report.

What a coordinator would do in months, through the same doors: cohort, study, the model's answers, preflight;
then reading - at one desk, from bundles, or on a server; then verification, exports and analysis.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.analysis.options import AnalysisOptions
from app.errors import AppError
from app.progress import NoProgress, Part, Progress
from app.simulator.cohort import Cohort
from app.simulator.difficulty import preset
from app.study.findings import Severity
from app.study.protocol import Mode, Protocol, ScreenRules
from app.wording import counted
from app.workflows.analysis.analyse import analyse
from app.workflows.analysis.input import AnalysisRequest
from app.workflows.rehearsal.ways import at_one_desk, from_bundles, on_a_server
from app.workflows.simulator.simulate import make_cohort
from app.workflows.study.ai_compute import compute_ai
from app.workflows.study.check import study_check
from app.workflows.study.export import study_export
from app.workflows.study.new import Ingredients, new_study
from app.workflows.study.verify import study_verify

MOST_READERS = 50
FORMATS = ("csv", "xlsx", "imrmc", "rjafroc")


@dataclass(frozen=True)
class RehearsalWishes:
    """What to rehearse; with neither bundles nor a database everybody reads at one desk.

    Raises AppError for what is no study.
    """

    readers: int = 6
    scans: int = 134
    seed: int = 1
    bundles: bool = False
    database: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.readers <= MOST_READERS or self.scans < 4:
            raise AppError(
                f"{counted(self.readers, 'reader')} and {counted(self.scans, 'scan')} are no study.",
                f"Choose 1 to {MOST_READERS} readers and 4 scans or more.",
            )
        if self.bundles and self.database:
            raise AppError("A study is read from bundles or on a server.", "Leave one of the two out.")


@dataclass(frozen=True)
class RehearsalStage:
    """One stage that is done: its name, what came of it, how long it took."""

    name: str
    said: str
    seconds: float


@dataclass(frozen=True)
class WholeRehearsal:
    """What was done, stage by stage, and where study and results lie."""

    stages: tuple[RehearsalStage, ...]
    study: Path
    analysis: Path


def rehearse_whole(wishes: RehearsalWishes, out: Path, progress: Progress | None = None) -> WholeRehearsal:
    """Rehearse into a new folder; raises AppError at the first stage that a real study would stumble over."""
    progress = progress or NoProgress()
    if out.exists() and any(out.iterdir()):
        raise AppError(f"The folder {out.name} is not empty.", "Give a new one.")
    stages: list[RehearsalStage] = []
    reached = 0.0
    for name, until, work in _STAGES:
        begun = time.perf_counter()
        said = work(wishes, out, Part(progress, reached, until))
        stages.append(RehearsalStage(name, said, time.perf_counter() - begun))
        reached = until
    return WholeRehearsal(tuple(stages), out / "study", out / "analysis")


def _cohort(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    make_cohort(Cohort(wishes.scans, preset("trial"), wishes.seed), out / "cohort", progress=progress)
    return counted(wishes.scans, "simulated scan")


def _study(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    cohort = out / "cohort"
    protocol = Protocol(
        title="Rehearsal with simulated scans",
        code="REHEARSAL",
        readers=tuple(f"R{number}" for number in range(1, wishes.readers + 1)),
        mode=Mode.SEQUENTIAL if _model_there() else Mode.UNAIDED,
        seed=wishes.seed,
        screen=ScreenRules(fit_patient=True),
    )
    ingredients = Ingredients(
        protocol=protocol,
        truth=cohort / "truth.csv",
        labels=cohort,
        copy=True,
        no_burned_in_text=True,
        pseudonyms=True,
        database=wishes.database,
    )
    made = new_study(out / "study", cohort / "scans", ingredients, progress)
    return f"{counted(made.cases, 'case')}, {counted(wishes.readers, 'reader')}, {protocol.mode.value}"


def _ai(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    del wishes
    if not _model_there():
        return "no model is installed: the study is read without AI"
    made = compute_ai(out / "study", progress=progress)
    if made.failed:
        case, reason = made.failed[0]
        raise AppError(f"The model has no answer for {case}: {reason}", "Look at that scan.")
    return f"{counted(made.made, 'result')} of {made.model}"


def _check(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    del wishes
    findings = study_check(out / "study", progress).findings
    blocking = [finding for finding in findings if finding.severity is Severity.BLOCKING]
    if blocking:
        raise AppError(f"Preflight: {blocking[0].sentence}", blocking[0].remedy)
    return f"nothing blocks, {counted(len(findings), 'remark')}"


def _read(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    study = out / "study"
    if wishes.bundles:
        return from_bundles(study, wishes.seed, out / "bundles", progress)
    if wishes.database:
        return on_a_server(study, wishes.seed, out / "seats", progress)
    return at_one_desk(study, wishes.seed, progress)


def _verify(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    del wishes
    found = study_verify(out / "study", progress)
    if not found.ok:
        raise AppError("A chain of readings is broken.", "Run `scintiread study verify` on the study.")
    return f"{counted(sum(chain.readings for chain in found.chains), 'reading')}, every chain holds"


def _export(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    del wishes
    return counted(len(study_export(out / "study", out / "exports", FORMATS, progress).files), "file")


def _analyse(wishes: RehearsalWishes, out: Path, progress: Progress) -> str:
    request = AnalysisRequest(out / "study", options=AnalysisOptions(seed=wishes.seed))
    return counted(len(analyse(request, out / "analysis", progress).files), "file")


def _model_there() -> bool:
    from app.learning.weights import installed_models

    return any(model.shipped for model in installed_models())


_STAGES: tuple[tuple[str, float, Callable[[RehearsalWishes, Path, Progress], str]], ...] = (
    ("cohort", 0.25, _cohort),
    ("study", 0.35, _study),
    ("AI results", 0.50, _ai),
    ("preflight", 0.55, _check),
    ("reading", 0.80, _read),
    ("verification", 0.83, _verify),
    ("exports", 0.88, _export),
    ("analysis", 1.0, _analyse),
)
"""Name, how far the whole is when it is done, and the work."""

"""Computes what an installed model says of a study's cases, ahead of the aided readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.each_scan import LeftOut, each_scan
from app.errors import AppError
from app.learning.prediction import Prediction
from app.learning.weights import InstalledModel, find_model
from app.progress import NoProgress, Progress
from app.scan.hashing import view_hash
from app.scan.scan import Scan
from app.store.opening import OpenStudy, open_study
from app.study.ai_result import AiResult
from app.study.case import StudyCase
from app.workflows.study.ai_results import name_model, require_same_source, wanted_cases
from app.workflows.study.case_scan import read_case


@dataclass(frozen=True)
class AiMade:
    """What was done: `kept` results were there already; `failed` tells each case that has none, and why."""

    model: str
    made: int
    kept: int
    failed: tuple[tuple[str, str], ...] = ()
    note: str = ""
    """What became of the model and threshold that the protocol named."""


def compute_ai(path: Path, model: str = "", progress: Progress | None = None, device: str = "auto") -> AiMade:
    """Let a model answer for every case that has no answer of these weights for these images yet.

    May be cancelled and begun again: each answer is kept at once. Raises AppError for a model that is not
    installed or damaged, and when readers have begun with another one.
    """
    from app.learning.predict import open_predictor

    installed = find_model(model)
    if not installed.classifies:
        raise AppError(f"Model {installed.identity} gives no probability.", "Choose a model that classifies.")
    predictor = open_predictor(installed, device)
    note = name_model(path, installed.who, installed.threshold)

    def answer(scan: Scan) -> AiResult:
        return ai_result(predictor.predict(scan, planes=False))

    study = open_study(path)
    try:
        return replace(_compute(study, installed, answer, progress or NoProgress()), note=note)
    finally:
        study.close()


def ai_result(made: Prediction) -> AiResult:
    """A prediction as a reader may be shown it."""
    return AiResult(
        model=made.model,
        probability=made.probability,
        threshold=made.threshold,
        heatmap_method=made.attention_method,
        missing_view=made.missing_view or "",
        familiarity=made.familiarity,
        heatmaps=made.attention,
    )


def _compute(
    study: OpenStudy, model: InstalledModel, answer: Callable[[Scan], AiResult], progress: Progress
) -> AiMade:
    known = {entry.case: entry for entry in require_same_source(study, model.who)}
    cases = {case.code: case for case in study.studies.cases()}
    wanted = wanted_cases(study)
    todo = [
        code
        for code in wanted
        if code not in known or dict(known[code].images) != dict(cases[code].image_hashes)
    ]

    def make(code: str) -> None:
        case = cases[code]
        study.ai.keep({code: (answer(_scan(study.folder.path, case)), case.image_hashes)})

    left_out: list[LeftOut[str]] = []
    made = sum(1 for _ in each_scan(todo, make, progress, left_out, what="AI result"))
    kept = len(wanted) - len(todo)
    progress.report(1.0, f"{made + kept} of {len(wanted)} cases have an AI result")
    failed = tuple((one.item, one.error.message) for one in left_out)
    return AiMade(model.who.title, made, kept, failed)


def _scan(study: Path, case: StudyCase) -> Scan:
    """The images that the study was made with; raises AppError for any others."""
    scan = read_case(study, case)
    hashes = {view.name.value: view_hash(view) for view in scan.views}
    if case.image_hashes and hashes != dict(case.image_hashes):
        raise AppError(f"The images of case {case.code} are not those that the study was made with.")
    return scan

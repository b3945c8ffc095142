"""A run becomes a model with a card: exported, its threshold chosen, measured on scans not seen before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.errors import AppError
from app.learning.cards import card_text
from app.learning.dataset import CohortFiles
from app.learning.metrics import youden_threshold
from app.learning.predict import open_predictor
from app.learning.shelf import add_own, check_name, install, shipped_folder
from app.learning.weights import FAMILIARITY, InstalledModel
from app.progress import NoProgress, Part, Progress
from app.workflows.models.evaluation import USUAL, Evaluated, evaluate
from app.workflows.models.explain import explain_run
from app.workflows.models.export import ReadyModel, exported, run_facts
from app.workflows.models.familiarity import Usual, usual_for
from app.workflows.training.cohort import open_cohort

SHIPPED_LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class CardRequest:
    """A run, and the cohorts that its card tells of; without cohorts the card says that nothing was measured.

    `choose`: on which the threshold is chosen; `test`: held out, as the training scans are; `unfamiliar`:
    held out, and unlike them; `usual`: with the scans of the training, which tell how familiar others are.
    `shipped`: the version under which it comes with the program, else it becomes one of the user's own.
    """

    run: Path
    name: str = ""
    choose: Path | None = None
    test: Path | None = None
    unfamiliar: Path | None = None
    usual: Path | None = None
    shipped: str = ""
    command: str = ""
    licence: str = ""


def card_and_install(request: CardRequest, progress: Progress | None = None) -> InstalledModel:
    """Export, measure and install; the files come last, so that a failure leaves everything as it was.

    Raises AppError for a run that cannot be exported, a test cohort with scans of the training, and a name
    that is taken.
    """
    progress = progress or NoProgress()
    for word in (request.name, request.shipped):
        if word:
            check_name(word)
    _unseen(request, run_facts(request.run))
    progress.report(0.0, "Exporting")
    ready = exported(request.run, name=request.name, version=request.shipped or "1", half=True)
    with TemporaryDirectory(prefix="scintiread-model-") as folder:
        usual = _usual(request, ready, Path(folder), Part(progress, 0.05, 0.15))  # refused at once, if at all
        measured = _measured(request, ready, Path(folder), Part(progress, 0.15, 1.0))
    measured = replace(
        measured,
        licence=request.licence or (SHIPPED_LICENCE if request.shipped else measured.licence),
        facts={
            **measured.facts,
            **({"command": request.command} if request.command else {}),
            **({FAMILIARITY: usual.facts} if usual else {}),
        },
    )
    content = usual.content if usual else b""
    if request.shipped:
        return install(
            measured,
            ready.weights,
            ready.graph,
            card_text,
            shipped_folder(),
            familiarity=content,
            default=measured.name,
        )
    return add_own(measured, ready.weights, ready.graph, card_text, content)


def _usual(request: CardRequest, ready: ReadyModel, folder: Path, progress: Progress) -> Usual | None:
    if request.usual is None:
        return None
    trial = install(ready.model, ready.weights, ready.graph, card_text, folder)
    fitted = run_facts(request.run).get("cases", {}).get("train", ())
    return usual_for(open_predictor(trial), open_cohort(request.usual), fitted, progress)


def _measured(request: CardRequest, ready: ReadyModel, folder: Path, progress: Progress) -> InstalledModel:
    """The model with its threshold and what was measured, tried from a folder of its own."""

    def trial(model: InstalledModel) -> InstalledModel:
        return install(model, ready.weights, ready.graph, card_text, folder)

    model = ready.model
    cohorts = [path for path in (request.choose, request.test, request.unfamiliar) if path]
    parts = iter(_parts(len(cohorts), progress))
    if request.choose:
        made = _on(trial(model), request.choose, next(parts))
        value = youden_threshold(made.probability, made.truth)
        told: dict[str, Any] = {
            "threshold_from": f"the greatest Youden index on {len(made.truth)} scans of {made.cohort.name}"
        }
        if made.best_drawn_from is not None:
            told["drawn_thresholds"] = {model.planes[0]: made.best_drawn_from}
        model = replace(model, threshold=value, facts={**model.facts, **told})
    metrics: dict[str, Any] = dict(model.facts.get("metrics", {}))
    level = model.facts.get("drawn_thresholds", {}).get(next(iter(model.planes), ""), USUAL)
    if request.test:
        made = _on(trial(model), request.test, next(parts), attention=True)
        metrics["test"] = made.facts(model.threshold, _title("Held-out test scans", made.cohort), level)
        if made.explanation is not None:
            more = explain_run(trial(model), made.cohort)
            model = replace(model, facts={**model.facts, "explanation": {**made.explanation.facts(), **more}})
    if request.unfamiliar:
        made = _on(trial(model), request.unfamiliar, next(parts))
        metrics["unfamiliar"] = made.facts(
            model.threshold, _title("Scans that look unlike the training's", made.cohort), level
        )
    return replace(model, facts={**model.facts, "metrics": metrics})


def _on(model: InstalledModel, cohort: Path, progress: Progress, *, attention: bool = False) -> Evaluated:
    return evaluate(open_predictor(model), cohort, attention=attention, progress=progress)


def _title(words: str, cohort: CohortFiles) -> str:
    facts = dict(cohort.facts)
    told = [f"{name.replace('_', ' ')} {facts[name]}" for name in ("seed", "preset") if name in facts]
    kind = "simulated cohort" if cohort.simulated else "cohort"
    return f"{words}: {kind} {cohort.name}" + (f" ({', '.join(told)})" if told else "")


def _unseen(request: CardRequest, facts: dict[str, Any]) -> None:
    """Raise AppError when a cohort that measures the model holds a scan that it was made with."""
    cases = facts.get("cases", {})
    seen = {case for part in ("train", "validation") for case in cases.get(part, ())}
    for path in (request.test, request.unfamiliar):
        cohort = open_cohort(path) if path else None
        known = sorted(seen & {case.case for case in cohort.cases}) if cohort else []
        if cohort and known:
            raise AppError(
                f"{cohort.name} holds scans that the model was trained on, the first is {known[0]}.",
                "Test on scans of other patients.",
            )


def _parts(many: int, progress: Progress) -> list[Progress]:
    edges = [index / max(many, 1) for index in range(many + 1)]
    return [Part(progress, start, end) for start, end in pairwise(edges)]

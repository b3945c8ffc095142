"""Checks of a model's attention: against true lesions, against hiding, against random weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.formats.files import json_bytes, read_json
from app.errors import AppError
from app.files import write_whole
from app.learning.dataset import CaseFile, CohortFiles
from app.learning.explanation_metrics import rank_correlation
from app.learning.frame import Floats
from app.learning.predict import Predictor, open_predictor
from app.learning.recipes import recipe_named
from app.learning.weights import WEIGHTS, InstalledModel, find_model
from app.progress import NoProgress, Part, Progress
from app.scan.window import body_mask
from app.workflows.models.evaluation import evaluate
from app.workflows.training.labels import label_maps

FEW = 8
"""Scans on which weights are made random: each costs a pass per part of the net."""


@dataclass(frozen=True)
class ExplainRequest:
    """Whose attention is checked on which cohort; `out` is a `metrics.json`, kept otherwise as it is."""

    cohort: Path
    out: Path
    model: str = ""
    scans: int | None = None
    sanity: bool = False
    occlusion: int = 0
    """On how many scans parts of the input are hidden."""
    device: str = "auto"


def explain(request: ExplainRequest, progress: Progress | None = None) -> dict[str, Any]:
    """Measure a model's attention on simulated truth and put it into `metrics.json` under `explanation`.

    Raises AppError when the model calls no scan rightly that shows a metastasis, so that there is nothing to
    measure, and for a model or a cohort that cannot be used.
    """
    progress = progress or NoProgress()
    model = find_model(request.model)
    predictor = open_predictor(model, request.device)
    made = evaluate(
        predictor, request.cohort, attention=True, scans=request.scans, progress=Part(progress, 0, 0.8)
    )
    if made.explanation is None:
        raise AppError(
            f"{model.identity} calls no scan of {made.cohort.name} rightly, or they have no labels.",
            "Give a simulated cohort, or one with a folder of labels.",
        )
    found = made.explanation.facts()
    if made.left_out:
        found["left_out"] = list(made.left_out)
    if request.occlusion:
        progress.report(0.8, "Hiding parts of the input")
        found |= _hidden(predictor, _ill(made.cohort, request.occlusion))
    if request.sanity:
        progress.report(0.9, "Making weights random")
        found |= explain_run(model, made.cohort)
    told = _kept(request.out)
    told.setdefault("model", model.identity)
    told["explanation"] = found
    write_whole(request.out, json_bytes(told))
    progress.report(1.0, "Done")
    return found


def explain_run(model: InstalledModel, cohort: CohortFiles) -> dict[str, Any]:
    """How much of the attention is left when the weights turn random, part by part; needs torch."""
    try:
        from app.learning.sanity import randomisation
        from app.learning.weight_files import weights_into
    except ImportError as error:
        raise AppError(
            f"Making weights random needs {error.name or 'torch'}, which is not installed.",
            'Install it: pip install "scintiread[learning]".',
        ) from error
    recipe = recipe_named(model.recipe)
    net = weights_into(recipe.build(), model.path(WEIGHTS))
    steps = randomisation(recipe, net, _inputs(model, _ill(cohort, FEW)))
    return {
        "randomised": steps[-1].correlation,
        "randomised_steps": {step.part: round(step.correlation, 4) for step in steps},
    }


def _ill(cohort: CohortFiles, many: int) -> list[CaseFile]:
    return [case for case in cohort.cases if case.truth][:many]


def _hidden(predictor: Predictor, cases: list[CaseFile]) -> dict[str, Any]:
    """Whether hiding what the model looked at changes its answer: agreement of both maps within the body."""
    agreement, hits = [], []
    for case in cases:
        scan = case.read()
        made = predictor.predict(scan, planes=False)
        hidden = predictor.occlusion(scan)
        inside = np.concatenate([body_mask(view.counts).ravel() for view in scan.views])
        one, two = (
            np.concatenate([maps[view.name].ravel() for view in scan.views])
            for maps in (made.attention, hidden)
        )
        agreement.append(rank_correlation(one[inside], two[inside]))
        if case.labels:
            lesions = label_maps(case, scan).metastases
            lesion = np.concatenate([lesions[view.name].ravel() for view in scan.views])
            hits.append(bool(two.max() > 0 and lesion[int(two.argmax())]))
    return {
        "occlusion_scans": len(cases),
        "occlusion_agreement": float(np.mean(agreement)) if agreement else None,
        "occlusion_pointing": float(np.mean(hits)) if hits else None,
    }


def _inputs(model: InstalledModel, cases: list[CaseFile]) -> Floats:
    """The cases as the model's net sees them, float32 (n, channels, rows, cols)."""
    recipe = recipe_named(model.recipe)
    return np.stack([recipe.prepare(case.read()).image for case in cases])


def _kept(path: Path) -> dict[str, Any]:
    """What `metrics.json` says already; raises AppError when it is something else."""
    return read_json(path) if path.exists() else {}

"""`run.json`: who reads it can repeat the run, and knows which cases the net has seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from app import __version__
from app.bounded import json_in
from app.files import whole
from app.learning.dataset import PreparedCohort
from app.learning.fingerprint import Fingerprint
from app.learning.hyper import hyper_parameters
from app.learning.recipe import Recipe
from app.learning.splits import Split
from app.learning.train_options import TrainOptions

RUN = "run.json"
"""What was trained on what, beside the weights."""
_ELSEWHERE = ("phases", "mlflow")
"""Options that stand among the hyper-parameters, or name a place of one's own, perhaps with a password."""


def write_run(
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions,
    bound: Fingerprint,
    seconds: float,
    notes: Sequence[str],
) -> None:
    """Write the file, whole or not at all."""
    told = {
        "format": "scintiread run",
        "program": __version__,
        "recipe": recipe.name,
        "cohort": prepared.cohort.name,
        "simulated": prepared.cohort.simulated,
        "cohort_facts": dict(prepared.cohort.facts),
        "input": list(prepared.images.shape[1:]),
        "init": options.init,
        "options": {name: value for name, value in asdict(options).items() if name not in _ELSEWHERE},
        "hyper_parameters": hyper_parameters(recipe, options.phases),
        "torch": torch.__version__,
        "seconds": round(seconds, 1),
        "notes": list(notes),
        "cases": cases_of(split, prepared.cases),
        "fingerprint": dict(bound),
    }
    with whole(out / RUN) as file:
        file.write(json.dumps(told, indent=1).encode())


def cases_of(split: Split, cases: Sequence[str]) -> dict[str, list[str]]:
    """The cases of each part of a split."""
    return {
        name: [cases[place] for place in getattr(split, name)] for name in ("train", "validation", "test")
    }


def bound_of(out: Path) -> Fingerprint | None:
    """What a finished run is bound to; None where no run is finished, or an earlier version finished it."""
    try:
        told: Mapping[str, Any] = json_in((out / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    bound = told.get("fingerprint")
    return bound if isinstance(bound, dict) else None

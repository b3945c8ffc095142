"""What a training is bound to: another recipe, cohort, split, start or setting is another training."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from app.errors import AppError
from app.learning.dataset import PreparedCohort
from app.learning.recipe import Phase, Recipe
from app.learning.splits import Split
from app.learning.train_options import TrainOptions

Fingerprint = Mapping[str, str]
"""What is bound by its name, as it is where it is short, else its hash."""
_DIGITS = 12


def fingerprint(
    recipe: Recipe, prepared: PreparedCohort, split: Split, options: TrainOptions, processes: int = 1
) -> Fingerprint:
    """Recipe, hyper-parameters, cohort, split, first weights, seed and length of a training."""
    phases: Sequence[Phase] = options.phases or recipe.phases
    parts = [
        [prepared.cases[place] for place in part] for part in (split.train, split.validation, split.test)
    ]
    labels = [
        (case.label_format, [path.stat().st_size for path in case.labels]) for case in prepared.cohort.cases
    ]
    cohort = [prepared.cases, prepared.patients, prepared.truth.tolist(), labels, prepared.scale.tobytes()]
    return {
        "recipe": recipe.name,
        "hyper-parameters": _hash(repr(recipe), [asdict(phase) for phase in phases]),
        "cohort": f"{prepared.cohort.name} {_hash(cohort)}",
        "split": _hash(parts),
        "first weights": options.init or "random",
        "seed": str(options.seed),
        "epochs": str(options.epochs or "as published"),
        "minutes": str(options.minutes or "no limit"),
        "precision": options.precision,
        "number of processes": str(processes),
    }


def check_same(name: str, known: Fingerprint | None, wanted: Fingerprint) -> None:
    """Raise AppError when the training in the folder `name` is not the wanted one, with what differs."""
    if known is None:
        raise AppError(
            f"{name} holds a training of an earlier version of the program.", "Choose another folder."
        )
    other = [
        f"{what} ({known.get(what, 'unknown')}, not {now})"
        for what, now in wanted.items()
        if known.get(what) != now
    ]
    if other:
        raise AppError(
            f"{name} holds another training: its {', '.join(other)}.",
            "Give the same arguments to go on, or choose another folder.",
        )


def _hash(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_DIGITS]

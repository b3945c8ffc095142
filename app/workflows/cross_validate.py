"""Each patient tests once: a recipe trained on every fold, and what the folds say together."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.annotation.formats.files import json_bytes, write_whole
from app.errors import AppError
from app.learning.metrics import measured
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.workflows.split_file import folds_from
from app.workflows.train_model import Training, command_of, drawn_alone, prepared_for
from app.workflows.trained_run import METRICS, PREDICTIONS, is_finished, trained_run

FOLDS = 6
TABLE, SUMMARY = "crossval.csv", "crossval.json"
COLUMNS = ("auc", "accuracy", "sensitivity", "specificity", "precision", "npv", "f1", "prevalence")
"""Measures as in Hsieh 2021's tables 2 and 3."""
COUNTS = ("tp", "fp", "fn", "tn")


@dataclass(frozen=True)
class CrossValidated:
    """`folds`: the measures of each fold's test scans at its own threshold; `summary`: of all together.

    `said`: what is to be known of the cohort."""

    folder: Path
    folds: tuple[dict[str, Any], ...]  # JSON
    summary: dict[str, Any]  # JSON
    said: tuple[str, ...] = ()


def cross_validate(
    recipe: str, folds: int | None, training: Training, progress: Progress | None = None
) -> CrossValidated:
    """Train and test `folds` times (default: 6), stratified by truth and split by patient, or as a file says.

    Folds that are finished in the folder are kept, one that was interrupted goes on. Raises AppError when
    the folder holds another cross-validation, and for too few patients.
    """
    from app.learning.fingerprint import fingerprint
    from app.learning.splits import folds_by_patient

    progress = progress or NoProgress()
    training = replace(training, resume=False)
    ready = prepared_for(recipe, training, Part(progress, 0.0, 0.1))
    prepared = ready.prepared
    if training.split is not None:
        splits = folds_from(training.split, prepared)
        if folds not in (None, len(splits)):
            raise AppError(
                f"{training.split.name} has {len(splits)} folds, not {folds}.", "Leave --folds out."
            )
    else:
        splits = folds_by_patient(prepared.patients, prepared.truth, folds or FOLDS, training.seed)
    splits = tuple(drawn_alone(split, prepared) for split in splits)
    folds = len(splits)
    _claim(training.out, {"recipe": recipe, "folds": folds, "seed": training.seed, "scans": len(prepared)})
    measures: list[dict[str, Any]] = []
    pooled: list[tuple[float, bool]] = []
    for number, split in enumerate(splits, 1):
        check_cancelled(progress)
        out = training.out / f"fold-{number}"
        options = replace(ready.options, resume=out.is_dir())
        if not is_finished(out, fingerprint(ready.recipe, prepared, split, options)):
            share = Part(progress, 0.1 + 0.9 * (number - 1) / folds, 0.1 + 0.9 * number / folds)
            trained_run(
                ready.recipe,
                prepared,
                split,
                out,
                options,
                initialise=ready.initialise,
                command=command_of("crossval", recipe, training, "--folds", str(folds)),
                umap=training.umap,
                progress=share,
            )
        told = json.loads((out / METRICS).read_text(encoding="utf-8"))
        measures.append(told["test"]["at_threshold"])
        pooled += _tested(out / PREDICTIONS)
    summary = _summary(measures, pooled, prepared.cohort.simulated, training.seed)
    write_whole(training.out / TABLE, _table(measures, summary))
    write_whole(training.out / SUMMARY, json_bytes(summary))
    return CrossValidated(training.out, tuple(measures), summary, ready.said)


def _claim(out: Path, facts: dict[str, Any]) -> None:
    """Note what the folder is for; raises AppError when that is something else."""
    note = out / "folds.json"
    if note.is_file():
        if json.loads(note.read_text(encoding="utf-8")) != facts:
            raise AppError(
                f"{out.name} holds another cross-validation.", "Choose another folder, or the same arguments."
            )
        return
    if out.is_dir() and any(out.iterdir()):
        raise AppError(f"{out.name} is not empty.", "Choose another folder.")
    out.mkdir(parents=True, exist_ok=True)
    write_whole(note, json_bytes(facts))


def _tested(path: Path) -> list[tuple[float, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "test"]
    return [(float(row["probability"]), row["truth"] == "1") for row in rows]


def _summary(
    measures: list[dict[str, Any]], pooled: list[tuple[float, bool]], simulated: bool, seed: int
) -> dict[str, Any]:
    """Mean and standard deviation over folds, and all test scans pooled."""
    made: dict[str, Any] = {"simulated": simulated, "folds": len(measures)}
    for name in COLUMNS:
        values = [value for one in measures if (value := _plain(one[name])) is not None]
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
        made[name] = {"mean": float(np.mean(values)) if values else None, "sd": spread}
    made |= {name: sum(int(one[name]) for one in measures) for name in COUNTS}
    probability = np.array([value for value, _ in pooled])
    # every fold's net has its own scale: pooled AUC is reported beside the folds' mean, not instead of it
    made["pooled"] = measured(probability, np.array([ill for _, ill in pooled]), 0.5, seed).facts()
    return made


def _table(measures: list[dict[str, Any]], summary: dict[str, Any]) -> bytes:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["fold", "n", *COLUMNS, *COUNTS, "threshold"])
    for number, one in enumerate(measures, 1):
        shown = [_shown(_plain(one[name])) for name in COLUMNS]
        table.writerow([number, one["n"], *shown, *(one[name] for name in COUNTS), f"{one['threshold']:.4f}"])
    total = sum(int(one["n"]) for one in measures)
    means = [_shown(summary[name]["mean"]) for name in COLUMNS]
    table.writerow(["mean", total, *means, *(summary[name] for name in COUNTS), ""])
    table.writerow(["sd", "", *(_shown(summary[name]["sd"]) for name in COLUMNS), "", "", "", "", ""])
    return text.getvalue().encode()


def _plain(value: Any) -> float | None:
    """An estimate without its interval."""
    if value is None:
        return None
    return float(value[0] if isinstance(value, list) else value)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"

"""Each patient tests once: a recipe trained on every fold, and what the folds say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats.files import json_bytes, read_json
from app.errors import AppError
from app.files import csv_records, csv_text, write_whole
from app.learning.metrics import measured
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.workflows.training.fold_drawings import drawing_table, drawings_of_folds
from app.workflows.training.measure_tables import COUNTS, POINTS, RATES, plain
from app.workflows.training.run import METRICS, PREDICTIONS, is_finished, trained_run
from app.workflows.training.train import Training, command_of, folds_of, prepared_for

FOLDS = 6
TABLES = dict(zip(POINTS, ("crossval.csv", "crossval_at_half.csv"), strict=True))
SUMMARY, DRAWING = "crossval.json", "crossval_drawing.csv"
COLUMNS = ("auc", *(key for key, _ in RATES))
"""AUC, and the measures of Hsieh 2021's tables 2 and 3."""
Pooled = list[tuple[float, bool]]
"""Probability and truth of test scans."""


@dataclass(frozen=True)
class CrossValidated:
    """`folds`: the measures of each fold's test scans at its own threshold; `summary`: of all together.

    `summary` holds, for each of POINTS, mean and standard deviation over folds and the counts of all, and
    `pooled`, every test scan judged at 0.5. `said`: what is to be known of the cohort.
    """

    folder: Path
    folds: tuple[dict[str, Any], ...]  # JSON
    summary: dict[str, Any]  # JSON
    said: tuple[str, ...] = ()


def cross_validate(
    recipe: str, folds: int | None, training: Training, progress: Progress | None = None
) -> CrossValidated:
    """Train and test `folds` times, split by patient, or as a file says.

    Without a number as often as the recipe was published with, else 6 times. Folds that are finished in the
    folder are kept, one that was interrupted goes on. Raises AppError when the folder holds another
    cross-validation, and for too few patients.
    """
    from app.learning.fingerprint import fingerprint

    progress = progress or NoProgress()
    check_on_folds(training)
    training = replace(training, resume=False)
    ready = prepared_for(recipe, training, Part(progress, 0.0, 0.1))
    prepared = ready.prepared
    splits = folds_of(ready, training, folds or int(getattr(ready.recipe, "folds", FOLDS)))
    if folds not in (None, len(splits)):
        raise AppError(
            f"{training.out.name} is to have {folds} folds, and --split has {len(splits)}.",
            "Leave --folds out.",
        )
    folds = len(splits)
    _claim(training.out, {"recipe": recipe, "folds": folds, "seed": training.seed, "scans": len(prepared)})
    measures: dict[str, list[dict[str, Any]]] = {point: [] for point in POINTS}
    drawn: list[dict[str, Any]] = []
    tested: list[Pooled] = []
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
        told = read_json(out / METRICS)
        for point, rows in measures.items():
            rows.append(told["test"][point])
        drawn += [told["drawing"]] if "drawing" in told else []
        tested.append(_tested(out / PREDICTIONS))
    summary = _summary(measures, tested, prepared.cohort.simulated, training.seed)
    for point, rows in measures.items():
        write_whole(training.out / TABLES[point], _table(rows, summary[point]))
    if len(drawn) == folds:  # a fold without any label has no drawing to judge
        summary["drawing"] = drawings_of_folds(drawn)
        write_whole(training.out / DRAWING, drawing_table(drawn, summary["drawing"]))
    write_whole(training.out / SUMMARY, json_bytes(summary))
    _draw(training.out, recipe, tested, summary)
    return CrossValidated(training.out, tuple(measures["at_threshold"]), summary, ready.said)


def check_on_folds(training: Training) -> None:
    """Raise AppError for a training that says otherwise than by folds who tests."""
    if training.test is not None:
        raise AppError("Folds test on the cohort itself.", "Leave --test or --folds out.")
    if training.held_out is not None:
        raise AppError("The number of folds says how many scans test.", "Leave --held-out out.")


def _claim(out: Path, facts: dict[str, Any]) -> None:
    """Note what the folder is for; raises AppError when that is something else."""
    note = out / "folds.json"
    if note.is_file():
        if read_json(note) != facts:
            raise AppError(
                f"{out.name} holds another cross-validation.", "Choose another folder, or the same arguments."
            )
        return
    if out.is_dir() and any(out.iterdir()):
        raise AppError(f"{out.name} is not empty.", "Choose another folder.")
    out.mkdir(parents=True, exist_ok=True)
    write_whole(note, json_bytes(facts))


def _tested(path: Path) -> Pooled:
    rows = [row for row in csv_records(path) if row["part"] == "test"]
    return [(float(row["probability"]), row["truth"] == "1") for row in rows]


def pooled_scores(tested: Sequence[Pooled]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probability, float64, and truth, bool, of all folds' test scans together, (n,) each."""
    every = [row for fold in tested for row in fold]
    return np.array([value for value, _ in every]), np.array([ill for _, ill in every])


def tested_folds(out: Path) -> list[Pooled]:
    """What a finished cross-validation in a folder said of each fold's test scans."""
    many = int(read_json(out / SUMMARY)["folds"])
    return [_tested(out / f"fold-{number}" / PREDICTIONS) for number in range(1, many + 1)]


def _summary(
    measures: dict[str, list[dict[str, Any]]], tested: Sequence[Pooled], simulated: bool, seed: int
) -> dict[str, Any]:
    """Mean and standard deviation over folds for either threshold, and all test scans pooled."""
    # every fold's net has its own scale: pooled AUC is reported beside the folds' mean, not instead of it
    pooled = measured(*pooled_scores(tested), 0.5, seed).facts()
    return {
        "simulated": simulated,
        "folds": len(tested),
        **{point: _over_folds(rows) for point, rows in measures.items()},
        "pooled": pooled,
    }


def _over_folds(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in COLUMNS:
        values = [value for one in rows if (value := plain(one[name])) is not None]
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
        made[name] = {"mean": float(np.mean(values)) if values else None, "sd": spread}
    return made | {name: sum(int(one[name]) for one in rows) for name in COUNTS}


def _draw(out: Path, recipe: str, tested: Sequence[Pooled], summary: dict[str, Any]) -> None:
    """The pooled ROC curve over those of the folds, where all folds together have both kinds."""
    from app.figures.style import save
    from app.figures.training import roc_folds

    if summary["pooled"]["auc"] is None:
        return
    folds = [pooled_scores([fold]) for fold in tested]
    said = "simulated scans" if summary["simulated"] else "scans"
    title = f"{recipe}: {summary['pooled']['n']} {said}, {len(folds)} folds"
    save(roc_folds(folds, summary["pooled"]["auc"], title), out / "roc")


def _table(measures: list[dict[str, Any]], summary: dict[str, Any]) -> bytes:
    table: list[list[object]] = []
    table.append(["fold", "n", *COLUMNS, *COUNTS, "threshold"])
    for number, one in enumerate(measures, 1):
        shown = [_shown(plain(one[name])) for name in COLUMNS]
        table.append([number, one["n"], *shown, *(one[name] for name in COUNTS), f"{one['threshold']:.4f}"])
    total = sum(int(one["n"]) for one in measures)
    means = [_shown(summary[name]["mean"]) for name in COLUMNS]
    table.append(["mean", total, *means, *(summary[name] for name in COUNTS), ""])
    table.append(["sd", "", *(_shown(summary[name]["sd"]) for name in COLUMNS), "", "", "", "", ""])
    return csv_text(table).encode()


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"

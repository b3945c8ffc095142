"""Train a recipe on one split, judge it on scans that it has not seen, and leave all of it in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.annotation.formats.files import json_bytes, read_json
from app.files import csv_text, write_whole
from app.learning.metrics import measured, youden_threshold
from app.learning.run_card import run_card
from app.learning.splits import Indices, Split
from app.progress import NoProgress, Part, Progress
from app.workflows.training.config import write_config

if TYPE_CHECKING:
    from app.learning.dataset import PreparedCohort
    from app.learning.fingerprint import Fingerprint
    from app.learning.recipe import Recipe
    from app.learning.train import Initialise, Trained, TrainOptions

METRICS, CARD, PREDICTIONS, FEATURES = "metrics.json", "card.md", "predictions.csv", "umap.csv"
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """A finished run; `test` holds probabilities of the split's test scans, float64 (n,)."""

    folder: Path
    trained: Trained
    metrics: dict[str, Any]  # JSON
    test: Floats
    truth: NDArray[np.bool_]
    said: tuple[str, ...] = ()
    """What is to be known of the cohort, one sentence each."""


def trained_run(
    recipe: Recipe,
    prepared: PreparedCohort,
    split: Split,
    out: Path,
    options: TrainOptions,
    *,
    initialise: Initialise | None = None,
    command: str = "",
    umap: bool = False,
    said: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> TrainedRun:
    """Weights, log, `metrics.json`, `predictions.csv`, figures and `card.md` in `out`.

    The threshold is Youden's on the validation scans. Raises AppError as `train` does.
    """
    from app.learning.drawn_scores import drawn_scores
    from app.learning.scoring import scores
    from app.learning.train import train

    progress = progress or NoProgress()
    if umap:
        from app.learning.embedding import check_mapped

        check_mapped(recipe.build(), len(split.test))  # before hours of training
    trained = train(recipe, prepared, split, out, options, Part(progress, 0.0, 0.95), initialise)
    progress.report(0.95, "Judging")
    given = {
        name: scores(recipe, trained.net, prepared, index, trained.device)
        for name, index in (("validation", split.validation), ("test", split.test))
    }
    truth = prepared.truth[split.test]
    metrics = _metrics(given, prepared, split, options.seed)
    drawn = drawn_scores(recipe, trained.net, prepared, split.test, trained.device)
    if drawn is not None:
        metrics["drawing"] = drawn.facts()
    write_whole(out / METRICS, json_bytes(metrics))
    _write_predictions(out / PREDICTIONS, given, prepared, split)
    run = read_json(out / "run.json")
    write_config(out, recipe, options.phases)
    card = run_card(recipe.title, recipe.source, run, metrics, command)
    write_whole(out / CARD, card.encode())
    _draw(out, trained, metrics, given["test"], truth)
    if umap:
        _draw_features(out, recipe.name, trained, prepared, split.test, options.seed)
    progress.report(1.0, "Done")
    return TrainedRun(out, trained, metrics, given["test"], truth, said)


def is_finished(out: Path, bound: Fingerprint) -> bool:
    """Whether the folder holds this very training, finished; raises AppError when it holds another one."""
    if not (out / METRICS).is_file():
        return False
    from app.learning.fingerprint import check_same
    from app.learning.run_file import bound_of

    check_same(out.name, bound_of(out), bound)
    return True


def _metrics(given: dict[str, Floats], prepared: PreparedCohort, split: Split, seed: int) -> dict[str, Any]:
    known = prepared.truth[split.validation]
    threshold = youden_threshold(given["validation"], known)
    made: dict[str, Any] = {
        "format": "scintiread metrics",
        "simulated": prepared.cohort.simulated,
        "threshold": threshold,
        "threshold_from": _source_of_threshold(known),
    }
    if len(known):
        made["validation"] = measured(given["validation"], known, threshold, seed).facts()
    truth = prepared.truth[split.test]
    if len(truth):
        made["test"] = {
            "at_threshold": measured(given["test"], truth, threshold, seed).facts(),
            "at_half": measured(given["test"], truth, 0.5, seed).facts(),
        }
    return made


def _source_of_threshold(known: NDArray[np.bool_]) -> str:
    """Where the threshold comes from; known: truth of the validation scans, bool (n,)."""
    if not len(known):
        return "not tuned: no scan validates"
    if not 0 < int(known.sum()) < len(known):
        return "not tuned: the validation scans are of one kind"
    return f"Youden's index on {len(known)} validation scans"


def _write_predictions(path: Path, given: dict[str, Floats], prepared: PreparedCohort, split: Split) -> None:
    table: list[tuple[object, ...]] = [("case", "part", "truth", "probability")]
    for name, index in (("validation", split.validation), ("test", split.test)):
        for place, probability in zip(index, given[name], strict=True):
            table.append((prepared.cases[place], name, int(prepared.truth[place]), f"{probability:.6f}"))
    write_whole(path, csv_text(table))


def _draw(
    out: Path, trained: Trained, metrics: dict[str, Any], test: Floats, truth: NDArray[np.bool_]
) -> None:
    from app.figures import training
    from app.figures.style import save

    rows = trained.rows
    course = training.training_course(
        [row.epoch for row in rows],
        [row.loss for row in rows],
        [row.validation_auc for row in rows],
        [row.phase for row in rows],
    )
    save(course, out / "course")
    if 0 < int(truth.sum()) < len(truth):
        said = "simulated test scans" if metrics["simulated"] else "test scans"
        save(training.roc_curves([(trained.recipe.name, test)], truth, f"{len(truth)} {said}"), out / "roc")
    if "test" in metrics:
        points = [metrics["test"]["at_threshold"], metrics["test"]["at_half"]]
        counts = [
            (f"at {point['threshold']:.3f}", point["tp"], point["fp"], point["fn"], point["tn"])
            for point in points
        ]
        save(training.confusion(counts), out / "confusion")


def _draw_features(
    out: Path, name: str, trained: Trained, prepared: PreparedCohort, index: Indices, seed: int
) -> None:
    from app.figures.style import save
    from app.figures.training import feature_map
    from app.learning.embedding import features, umap_of

    laid = umap_of(features(trained.net, prepared, index, trained.device), seed)
    rows = [
        (prepared.cases[place], int(prepared.truth[place]), f"{x:.4f}", f"{y:.4f}")
        for place, (x, y) in zip(index, laid, strict=True)
    ]
    write_whole(out / FEATURES, csv_text([("case", "truth", "x", "y"), *rows]))
    save(feature_map(laid, prepared.truth[index], f"Features of {name}, test scans"), out / "umap")

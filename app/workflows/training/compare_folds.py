"""Recipes side by side, each cross-validated on the same folds, as Hsieh 2021's table 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.cells import markdown_table
from app.errors import AppError
from app.files import write_whole
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.simulator.cohort import NOTICE
from app.workflows.training.characteristics import (
    characteristics_csv,
    characteristics_page,
    trained_and_tested,
)
from app.workflows.training.compare_recipes import check_recipes, claim
from app.workflows.training.comparison_tables import COHORT, MEASURES, PAGE
from app.workflows.training.cross_validate import (
    COLUMNS,
    check_on_folds,
    cross_validate,
    pooled_scores,
    tested_folds,
)
from app.workflows.training.measure_tables import COUNTS, POINTS, Measures, measures_csv, measures_page
from app.workflows.training.train import Training


@dataclass(frozen=True)
class ComparedFolds:
    """The summaries by recipe, best pooled AUC first, and the recipes that could not be trained with why."""

    folder: Path
    summaries: tuple[tuple[str, Mapping[str, Any]], ...]
    left_out: tuple[tuple[str, str], ...]
    said: tuple[str, ...] = ()
    """What is to be known of the cohort."""


def compare_folds(
    training: Training, recipes: Sequence[str], folds: int, progress: Progress | None = None
) -> ComparedFolds:
    """Cross-validate every recipe on the same folds; those finished in the folder are kept.

    A recipe that cannot use the cohort is left out with its sentence. Raises AppError for an unknown recipe,
    when the folder holds a comparison of something else, and for a training whose split is no folds.
    """
    progress = progress or NoProgress()
    check_recipes(recipes)
    check_on_folds(training)
    claim(training, {"folds": folds})
    left_out: list[tuple[str, str]] = []
    summaries: list[tuple[str, Mapping[str, Any]]] = []
    said: dict[str, None] = {}
    for number, name in enumerate(recipes):
        check_cancelled(progress)
        share = Part(progress, number / len(recipes), (number + 1) / len(recipes))
        try:
            made = cross_validate(name, folds, replace(training, out=training.out / name), share)
        except AppError as error:
            left_out.append((name, error.message))
            continue
        said |= dict.fromkeys(made.said)
        summaries.append((name, made.summary))
    if not summaries:
        raise AppError("No recipe could be trained.", left_out[0][1] if left_out else "Name one.")
    ranked = sorted(summaries, key=lambda one: -(one[1]["pooled"]["auc"] or [0.0])[0])
    points = {point: [(name, _means(told[point])) for name, told in ranked] for point in POINTS}
    write_whole(training.out / MEASURES, measures_csv(points))
    write_whole(training.out / COHORT, characteristics_csv(trained_and_tested(training)))
    write_whole(training.out / PAGE, _page(training, ranked, points, left_out).encode())
    _draw(training.out, ranked)
    return ComparedFolds(training.out, tuple(ranked), tuple(left_out), tuple(said))


def _means(over_folds: Mapping[str, Any]) -> Measures:
    """Means over folds as the measures of one net; folds have no common threshold."""
    means = {name: over_folds[name]["mean"] for name in COLUMNS}
    return means | {name: over_folds[name] for name in COUNTS} | {"threshold": None}


def _page(
    training: Training,
    ranked: Sequence[tuple[str, Mapping[str, Any]]],
    points: Mapping[str, Sequence[tuple[str, Measures]]],
    left_out: Sequence[tuple[str, str]],
) -> str:
    first = ranked[0][1]
    trains = "one fold tests, the following one validates, the others train"
    if not training.validates or first["folds"] == 2:
        trains = "one fold tests, the others train, and none validates, so that every threshold is 0.5"
    table = []
    for name, told in ranked:
        area, pooled = told["at_half"]["auc"], told["pooled"]["auc"]
        spread = "" if area["sd"] is None else f" ({area['sd']:.3f})"
        mean = "–" if area["mean"] is None else f"{area['mean']:.3f}{spread}"
        every = "–" if pooled is None else f"{pooled[0]:.3f} ({pooled[1]:.3f}-{pooled[2]:.3f})"
        table.append((name, mean, every))
    lines = [
        "# Recipes side by side, cross-validated",
        "",
        *([f"**{NOTICE}**", ""] if first["simulated"] else []),
        f"Cohort {training.data.name}, seed {training.seed}, {first['folds']} folds "
        f"{training.divided}; {trains}. {first['pooled']['n']} scans, {first['pooled']['positives']} with "
        "metastases. Measures are means over folds, counts are of all folds; AUC in brackets: standard "
        "deviation over folds, and DeLong's 95 % interval of all test scans together.",
        "",
        *markdown_table(("recipe", "AUC, mean of folds", "AUC, all together"), table),
        *("", "## All measures", *measures_page(points)),
    ]
    if left_out:
        lines += ["", "## Left out", "", *(f"- {name}: {why}" for name, why in left_out)]
    lines += characteristics_page(trained_and_tested(training))
    return "\n".join(lines) + "\n"


def _draw(out: Path, ranked: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    from app.figures.style import save
    from app.figures.training import roc_curves

    known = [name for name, told in ranked if told["pooled"]["auc"]]
    if not known:
        return
    scores = {name: pooled_scores(tested_folds(out / name)) for name in known}
    said = "simulated scans" if ranked[0][1]["simulated"] else "scans"
    title = f"{ranked[0][1]['pooled']['n']} {said}, {ranked[0][1]['folds']} folds together"
    save(roc_curves([(name, scores[name][0]) for name in known], scores[known[0]][1], title), out / "roc")

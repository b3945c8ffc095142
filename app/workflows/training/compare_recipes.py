"""Recipes side by side: the same scans, the same split, the same budget, whatever comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.annotation.formats.files import json_bytes, read_json
from app.errors import AppError
from app.files import write_whole
from app.learning.recipes import RECIPES
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.workflows.training.comparison_tables import PAIRS, RecipeRow, write_comparison
from app.workflows.training.pointing import pointing
from app.workflows.training.run import is_finished, trained_run
from app.workflows.training.train import SHARES, Training, command_of, prepared_for, split_of

if TYPE_CHECKING:
    from app.learning.dataset import PreparedCohort
    from app.learning.recipe import Recipe
    from app.learning.splits import Split

COMPARED: tuple[str, ...] = (
    "scintiread",
    "hsieh2021-cnn-supervised",
    "hsieh2021-cnn-supcon",
    "hsieh2021-densenet121-supervised",
    "hsieh2021",
    "hsieh2021-resnet50v2-supervised",
    "hsieh2021-resnet50v2-supcon",
    "liu2022",
    "magboo-resnet50",
    "magboo-vgg19",
    "magboo",
    "ibrahim2023",
    "doubleunet2023-otsu",
)
"""One of every published way, and our own; others can be named."""
POINTED = 40
"""So many ill test scans are asked where the net looks."""
ROW = "row.json"


@dataclass(frozen=True)
class Compared:
    """The rows that there are, and the recipes that could not be trained with why."""

    folder: Path
    rows: tuple[RecipeRow, ...]
    left_out: tuple[tuple[str, str], ...]
    said: tuple[str, ...] = ()
    """What is to be known of the cohort."""


def compare_recipes(
    training: Training, recipes: Sequence[str] = COMPARED, progress: Progress | None = None
) -> Compared:
    """Train and test every recipe on the same split; those finished in the folder are kept.

    A recipe that cannot use the cohort is left out with its sentence. Raises AppError for an unknown recipe,
    and when the folder holds a comparison of something else.
    """
    progress = progress or NoProgress()
    check_recipes(recipes)
    claim(training)
    left_out: list[tuple[str, str]] = []
    rows: list[RecipeRow] = []
    said: dict[str, None] = {}
    for number, name in enumerate(recipes):
        check_cancelled(progress)
        folder = training.out / name
        share = Part(progress, number / len(recipes), (number + 1) / len(recipes))
        held_out = training.held_out or SHARES[0]  # the same for all, whatever a recipe was published with
        here = replace(training, out=folder, resume=folder.is_dir(), held_out=held_out)
        try:
            said |= dict.fromkeys(_one(name, here, share))
        except AppError as error:
            left_out.append((name, error.message))
            continue
        rows.append(RecipeRow(**read_json(folder / ROW)))
        write_comparison(training, rows, left_out)
    if not rows:
        raise AppError("No recipe could be trained.", left_out[0][1] if left_out else "Name one.")
    write_comparison(training, rows, left_out)
    return Compared(training.out, tuple(rows), tuple(left_out), tuple(said))


def check_recipes(names: Sequence[str]) -> None:
    """Raise AppError for a name that is no recipe."""
    known = [name for name, _ in RECIPES]
    for name in names:
        if name not in known:
            raise AppError(f"{name} is no recipe.", f"Choose among {', '.join(known)}.")


def claim(training: Training, more: Mapping[str, Any] | None = None) -> None:
    """Note what is compared, and `more` of it; raises AppError when the folder holds something else."""
    facts = {
        "cohort": training.data.name,
        "scans": training.scans,
        "epochs": training.epochs,
        "minutes": training.minutes,
        "seed": training.seed,
        "test": training.test.name if training.test else "",
        "extra": [extra.name for extra in training.extra],
        "held_out": training.held_out,
        "validates": training.validates,
        "split": training.split.name if training.split else "",
        "init": training.init,
        **({} if training.stratify == "truth" else {"stratify": training.stratify}),
        **(more or {}),
    }
    note = training.out / "comparison.json"
    if note.is_file():
        if read_json(note) != facts:
            raise AppError(
                f"{training.out.name} holds a comparison with other arguments.",
                "Choose another folder, or the same arguments to go on.",
            )
        return
    if training.out.is_dir() and any(training.out.iterdir()):
        raise AppError(f"{training.out.name} is not empty.", "Choose another folder.")
    training.out.mkdir(parents=True, exist_ok=True)
    write_whole(note, json_bytes(facts))


def _one(name: str, training: Training, progress: Progress) -> tuple[str, ...]:
    """Train, judge and measure one recipe, and leave its row, unless it is there; gives what to say."""
    from app.learning.fingerprint import fingerprint
    from app.learning.net_measures import parameters_of

    ready = prepared_for(name, training, Part(progress, 0.0, 0.15))
    recipe, prepared = ready.recipe, ready.prepared
    split = split_of(ready, training)
    bound = fingerprint(recipe, prepared, split, ready.options)
    if is_finished(training.out, bound) and (training.out / ROW).is_file():
        return ready.said
    made = trained_run(
        recipe,
        prepared,
        split,
        training.out,
        ready.options,
        initialise=ready.initialise,
        command=command_of("train", name, training),
        umap=training.umap and any(name in pair for pair in PAIRS),
        progress=Part(progress, 0.15, 0.9),
    )
    at = made.metrics["test"]["at_threshold"]
    row: dict[str, Any] = {
        "recipe": name,
        "simulated": prepared.cohort.simulated,
        "test_scans": at["n"],
        "test_ill": at["positives"],
        "auc": at["auc"],
        "sensitivity": at["sensitivity"],
        "specificity": at["specificity"],
        "threshold": at["threshold"],
        "parameters": parameters_of(made.trained.net),
        "input": list(prepared.images.shape[1:]),
        "train_seconds": round(made.trained.seconds, 1),
        "epochs": len(made.trained.rows),
        "notes": list(made.trained.notes),
    }
    row |= _measured(recipe, made.trained.net, prepared, split, training, Part(progress, 0.9, 1.0))
    write_whole(training.out / ROW, json_bytes(row))
    return ready.said


def _measured(
    recipe: Recipe,
    net: Any,  # torch's Module, which this room does not know
    prepared: PreparedCohort,
    split: Split,
    training: Training,
    progress: Progress,
) -> dict[str, Any]:
    """Speed and attention; a net without either says why."""
    from app.learning.net_measures import attention_on, milliseconds

    told: dict[str, Any] = {"milliseconds": None, "pointing": None, "attention": "", "pointed": 0}
    try:
        told["milliseconds"] = round(milliseconds(recipe, net, prepared, training.threads), 2)
    except AppError as error:
        told["speed_note"] = error.message
    ill = [prepared.cohort.cases[index] for index in split.test if prepared.truth[index]][:POINTED]
    found = pointing(recipe, partial(attention_on, recipe, net), ill, progress)
    if found is not None:
        told |= {
            "attention": found.method,
            "pointed": found.scans,
            "pointing": list(found.pointing),
            "pointing_hottest_pixel": list(found.pointing_hottest_pixel),
        }
    return told

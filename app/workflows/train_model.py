"""Train a recipe on a cohort: prepared, split by patient, trained, judged, and left in a folder."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from app import paths
from app.errors import AppError
from app.learning.recipes import recipe_named
from app.progress import NoProgress, Part, Progress, check_cancelled
from app.workflows.trained_run import TrainedRun, trained_run
from app.workflows.training_cohort import label_maps, open_cohort

if TYPE_CHECKING:
    from app.learning.dataset import PreparedCohort
    from app.learning.recipe import Recipe
    from app.learning.splits import Split
    from app.learning.train import Initialise, TrainOptions

SHARES = (0.15, 0.15)
"""Validation and test, where a recipe does not prescribe its own."""
_WAIT_SECONDS = 3600.0


@dataclass(frozen=True)
class Training:
    """How recipes are trained, whichever: what `train`, `crossval` and `compare-recipes` share."""

    data: Path
    out: Path
    epochs: int | None = None
    minutes: float | None = None
    device: str = "auto"
    seed: int = 1
    resume: bool = False
    init: str = ""
    """`imagenet:FILE`, `imagenet:download`, `run:FOLDER`, or empty for random weights."""
    precision: Literal["float32", "mixed"] = "float32"
    threads: int | None = None
    tensorboard: bool = False
    umap: bool = False
    workers: int = 2
    scans: int | None = None
    """Only so many, the first of the cohort."""
    held_out: float | None = None
    """Share of the patients that validate, and again that test; None: as published, or 0.15."""
    test: Path | None = None
    """A cohort to test on, instead of a share of the patients of `data`."""
    classes_by_folder: bool = False
    """The folders of the scans name their classes, instead of `truth.csv`."""

    def shares(self, recipe: Recipe) -> tuple[float, float]:
        """Validation and test."""
        if self.held_out is not None:
            return self.held_out, self.held_out
        return getattr(recipe, "shares", SHARES)

    def options(self) -> TrainOptions:
        """What the training itself needs."""
        from app.learning.train import TrainOptions

        return TrainOptions(
            self.epochs,
            self.minutes,
            self.device,
            self.seed,
            self.resume,
            self.precision,
            self.threads,
            self.tensorboard,
        )


def train_model(recipe: str, training: Training, progress: Progress | None = None) -> TrainedRun | None:
    """Train one recipe; None in the helping processes of a `torchrun`, of which the first one tells.

    Raises AppError for a cohort or recipe that cannot be used, and where torch is not installed.
    """
    progress = progress or NoProgress()
    chosen, prepared = prepared_for(recipe, training, Part(progress, 0.0, 0.2))
    split = split_of(prepared, training.seed, training.shares(chosen))
    if int(os.environ.get("RANK", "0")):
        from app.learning.train import train

        train(
            chosen,
            prepared,
            split,
            training.out,
            training.options(),
            None,
            initialiser(recipe, training.init),
        )
        return None
    return trained_run(
        chosen,
        prepared,
        split,
        training.out,
        training.options(),
        initialise=initialiser(recipe, training.init),
        command=command_of("train", recipe, training),
        umap=training.umap,
        progress=Part(progress, 0.2, 1.0),
    )


def prepared_for(recipe: str, training: Training, progress: Progress) -> tuple[Recipe, PreparedCohort]:
    """The recipe, and the cohort as it sees it; kept beside the user's data, so that it is made once.

    In a `torchrun` the first process makes it, the others wait. Raises AppError where torch is missing.
    """
    if find_spec("torch") is None:
        raise AppError(
            "Training needs torch, which is not installed.", 'Install it: pip install "scintiread[learning]".'
        )
    from app.learning.dataset import prepare_cohort

    chosen = recipe_named(recipe)
    initialiser(recipe, training.init)  # says at once what cannot be
    if training.resume and not training.out.is_dir():
        raise AppError(f"{training.out.name} is not there to be resumed.", "Leave --resume out.")
    first = not int(os.environ.get("RANK", "0"))
    ready = training.out / "prepared"
    if first:
        ready.unlink(missing_ok=True)
    else:
        _wait_for(ready, progress)
    cohort = open_cohort(training.data, progress, training.classes_by_folder)
    cohort = replace(cohort, cases=cohort.cases[: training.scans])
    if training.test is not None:
        cohort = cohort.tested_on(open_cohort(training.test, progress, training.classes_by_folder))
    cache = paths.user_data() / "prepared"
    cache.mkdir(parents=True, exist_ok=True)
    prepared = prepare_cohort(chosen, cohort, cache, label_maps, progress, training.workers)
    if first and int(os.environ.get("WORLD_SIZE", "1")) > 1:
        training.out.mkdir(parents=True, exist_ok=True)
        ready.write_text(os.environ.get("TORCHELASTIC_RUN_ID", ""), encoding="utf-8")
    return chosen, prepared


def split_of(prepared: PreparedCohort, seed: int, shares: tuple[float, float]) -> Split:
    """By patient; a cohort that is there for testing tests, and no patient of the other does."""
    from app.learning.splits import Split, split_by_patient

    own = len(prepared) - prepared.cohort.only_test
    if own == len(prepared):
        return split_by_patient(prepared.patients, prepared.truth, seed, shares)
    split = split_by_patient(prepared.patients[:own], prepared.truth[:own], seed, (shares[0], 0.0))
    return Split(split.train, split.validation, np.arange(own, len(prepared))).check(prepared.patients)


def initialiser(recipe: str, init: str) -> Initialise | None:
    """What puts the weights of `--init` into a net; raises AppError for an unknown kind or an absent file."""
    if not init:
        return None
    kind, _, place = init.partition(":")
    if kind == "imagenet" and place:
        from app.learning.imagenet import initialise, source_of

        source_of(recipe)
        if place != "download" and not Path(place).is_file():
            raise AppError(f"{Path(place).name} is not there.", "Name a state-dict file of torchvision.")
        return lambda net: initialise(net, recipe, place)
    if kind == "run" and (Path(place) / "weights.safetensors").is_file():
        from app.learning.weight_files import weights_into

        return lambda net: weights_into(net, Path(place) / "weights.safetensors")
    raise AppError(
        f"{init} is no source of weights.",
        "Use imagenet:FILE, imagenet:download or run:FOLDER of a training.",
    )


def command_of(verb: str, recipe: str, training: Training) -> str:
    """The command line that does the same again; folders by their last name alone."""
    said = f"scintiread {verb} {recipe}".rstrip() + f" --data {training.data.name} --out {training.out.name}"
    for name in ("epochs", "minutes"):
        value = getattr(training, name)
        said += f" --{name} {value:g}" if value is not None else ""
    said += f" --scans {training.scans}" if training.scans else ""
    said += f" --test {training.test.name}" if training.test else ""
    said += " --classes-by-folder" if training.classes_by_folder else ""
    if training.init:
        kind, _, place = training.init.partition(":")
        said += f" --init {kind}:{Path(place).name}"
    return f"{said} --seed {training.seed}"


def _wait_for(ready: Path, progress: Progress) -> None:
    """Wait for the first process to have prepared the scans in this very launch."""
    begun = time.monotonic()
    launch = os.environ.get("TORCHELASTIC_RUN_ID", "")
    while not (ready.is_file() and ready.read_text(encoding="utf-8") == launch):
        check_cancelled(progress)
        if time.monotonic() - begun > _WAIT_SECONDS:
            raise AppError(
                "The first process did not prepare the scans within an hour.", "Look at its words."
            )
        time.sleep(0.2)

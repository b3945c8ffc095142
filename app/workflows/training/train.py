"""Train a recipe on a cohort: prepared, split by patient, trained, judged, and left in a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.errors import AppError
from app.learning.recipes import recipe_named
from app.learning.weights import sha256_of
from app.progress import NoProgress, Part, Progress
from app.wording import counted
from app.workflows.training.cohort import open_cohort
from app.workflows.training.config import with_config
from app.workflows.training.labels import ALLOW, check_masks, label_reader
from app.workflows.training.patients import AS_CASES, with_patients
from app.workflows.training.run import TrainedRun, trained_run
from app.workflows.training.split_file import folds_from, split_from
from app.workflows.training.together import prepared_folder, together

if TYPE_CHECKING:
    from app.learning.dataset import PreparedCohort
    from app.learning.recipe import Recipe
    from app.learning.splits import Indices, Split, Strata
    from app.learning.train import Initialise, TrainOptions

SHARES = (0.15, 0.15)
"""Validation and test, where a recipe does not prescribe its own."""


_NOBODY = np.array([], dtype=np.int64)


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
    mlflow: str = ""
    """Address or folder where MLflow keeps runs."""
    umap: bool = False
    workers: int = 2
    scans: int | None = None
    """Only so many, the first of the cohort."""
    held_out: float | None = None
    """Share of the patients that validate, and again that test; None: as published, or 0.15."""
    validates: bool = True
    """Whether a share validates and chooses the threshold; else it trains too, and the threshold is 0.5."""
    test: Path | None = None
    """A cohort to test on, instead of a share of the patients of `data`."""
    extra: tuple[Path, ...] = ()
    """Cohorts that train in every split and neither validate nor test."""
    stratify: Literal["truth", "burden"] = "truth"
    """What the parts of a split have in equal shares: ill and healthy, or the levels of labelled pixels."""
    classes_by_folder: bool = False
    """The folders of the scans name their classes, instead of `truth.csv`."""
    split: Path | None = None
    """A table of somebody's own parts or folds."""
    config: Path | None = None
    """Hyper-parameters in place of the recipe's own, TOML."""
    patients_are_cases: bool = False
    """Each scan is another patient's, where neither table nor files say whose it is."""
    allow_missing_masks: bool = False

    def shares(self, recipe: Recipe) -> tuple[float, float]:
        """Validation and test."""
        shares = getattr(recipe, "shares", SHARES) if self.held_out is None else (self.held_out,) * 2
        return (shares[0] if self.validates else 0.0, shares[1])

    @property
    def divided(self) -> str:
        """How its parts or folds are made, in words."""
        return f"as {self.split.name} says" if self.split else f"by patient, stratified by {self.stratify}"

    def options(self) -> TrainOptions:
        """What the training itself needs, of any recipe."""
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
            self.mlflow,
        )


@dataclass(frozen=True, eq=False)
class ReadyTraining:
    """A recipe as asked for, and the cohort as it sees it; `said`: what is to be known of the masks."""

    recipe: Recipe
    prepared: PreparedCohort
    options: TrainOptions
    initialise: Initialise | None
    said: tuple[str, ...] = ()


def train_model(recipe: str, training: Training, progress: Progress | None = None) -> TrainedRun | None:
    """Train one recipe; None in the helping processes of a `torchrun`, of which the first one tells.

    Raises AppError for a cohort or recipe that cannot be used, and where torch is not installed.
    """
    check_torch()
    from app.learning.devices import place_of

    progress = progress or NoProgress()
    with place_of(training.device) as place:
        ready = together(
            place, training.out, lambda: prepared_for(recipe, training, Part(progress, 0.0, 0.2))
        )
        split = split_of(ready, training)
        if not place.first:
            from app.learning.train import train

            train(ready.recipe, ready.prepared, split, training.out, ready.options, None, ready.initialise)
            return None
        return trained_run(
            ready.recipe,
            ready.prepared,
            split,
            training.out,
            ready.options,
            initialise=ready.initialise,
            command=command_of("train", recipe, training),
            umap=training.umap,
            said=ready.said,
            progress=Part(progress, 0.2, 1.0),
        )


def check_torch() -> None:
    """Raise AppError where torch is missing."""
    if find_spec("torch") is None:
        raise AppError(
            "Training needs torch, which is not installed.", 'Install it: pip install "scintiread[learning]".'
        )


def prepared_for(recipe: str, training: Training, progress: Progress) -> ReadyTraining:
    """The recipe, and the cohort as it sees it; kept beside the user's data, so that it is made once.

    Raises AppError for a cohort, a file of hyper-parameters or first weights that cannot be used.
    """
    check_torch()
    from app.learning.dataset import BLANKED, prepare_cohort

    chosen, phases = with_config(recipe_named(recipe), training.config)
    initialise, first_weights = initialiser(recipe, training.init)
    if training.resume and not training.out.is_dir():
        raise AppError(f"{training.out.name} is not there to be resumed.", "Leave --resume out.")
    cohort = open_cohort(training.data, progress, training.classes_by_folder)
    cohort = replace(cohort, cases=cohort.cases[: training.scans])
    if training.test is not None:
        cohort = cohort.tested_on(open_cohort(training.test, progress, training.classes_by_folder))
    for extra in training.extra:
        cohort = cohort.trained_with(open_cohort(extra, progress, training.classes_by_folder))
    cohort = with_patients(cohort, training.patients_are_cases)
    cohort, said = check_masks(chosen, cohort, training.allow_missing_masks)
    prepared_folder().mkdir(parents=True, exist_ok=True)
    reader = label_reader(chosen) if chosen.planes or training.stratify == "burden" else None
    prepared = prepare_cohort(chosen, cohort, prepared_folder(), reader, progress, training.workers)
    if prepared.undrawn:
        said += (
            f"{counted(len(prepared.undrawn), 'diseased scan')} with labels that show no metastasis, the "
            f"first is {prepared.undrawn[0]}.",
        )
    if training.stratify == "burden":
        said += (_levels(strata_of(prepared, training)),)
    said += tuple(told for name, told in prepared.cohort.facts if name in ("also trained on", BLANKED))
    return ReadyTraining(
        chosen, prepared, replace(training.options(), init=first_weights, phases=phases), initialise, said
    )


def split_of(ready: ReadyTraining, training: Training) -> Split:
    """By patient, or as a file says; a cohort that is there for testing tests, and none of the other."""
    from app.learning.splits import Split, split_by_patient

    prepared, shares = ready.prepared, training.shares(ready.recipe)
    own, patients = _own(prepared)
    if training.split is not None:
        made = split_from(training.split, [prepared.cases[one] for one in own], patients)
        if not training.validates:
            made = Split(np.sort(np.concatenate([made.train, made.validation])), _NOBODY, made.test)
    else:
        tested = _places(prepared, "test")
        strata = strata_of(ready.prepared, training)[own]
        made = split_by_patient(
            patients, strata, training.seed, (shares[0], 0.0 if len(tested) else shares[1])
        )
    return whole_split(made, prepared)


def folds_of(ready: ReadyTraining, training: Training, folds: int) -> tuple[Split, ...]:
    """Each patient of the cohort tests once, by chance or as a file says; raises AppError for too few."""
    from app.learning.splits import folds_by_patient

    own, patients = _own(ready.prepared)
    if training.split is not None:
        cases = [ready.prepared.cases[one] for one in own]
        made = folds_from(training.split, cases, patients, training.validates)
    else:
        truth, strata = ready.prepared.truth[own], strata_of(ready.prepared, training)[own]
        made = folds_by_patient(patients, truth, folds, training.seed, training.validates, strata)
    return tuple(whole_split(each, ready.prepared) for each in made)


def strata_of(prepared: PreparedCohort, training: Training) -> Strata:
    """What the split of a training is stratified by, of every case, bool or int (n,).

    Raises AppError where burden is asked for and no mask shows any.
    """
    if training.stratify == "truth":
        return prepared.truth
    from app.learning.splits import burden_levels

    if prepared.burden is None or not (prepared.burden[prepared.truth] > 0).any():
        raise AppError(
            f"{prepared.cohort.name} has no masks of metastases, so the burden of its scans is not known.",
            "Leave --stratify burden out, or give masks in labels.",
        )
    return burden_levels(prepared.burden, prepared.truth)


def _levels(strata: Strata) -> str:
    from app.learning.splits import BURDEN_LEVELS

    many = [(name, int((strata == level).sum())) for level, name in enumerate(BURDEN_LEVELS)]
    told = ", ".join(f"{name}: {scans}" for name, scans in many if scans)
    return f"Split within levels of labelled pixels of metastasis (scans of each): {told}."


def _own(prepared: PreparedCohort) -> tuple[Indices, list[str]]:
    """The places of the cases that are split, and whose they are."""
    own = _places(prepared, "")
    return own, [prepared.patients[one] for one in own]


def _places(prepared: PreparedCohort, only: str) -> Indices:
    return np.array(
        [place for place, case in enumerate(prepared.cohort.cases) if case.only == only], dtype=np.int64
    )


def whole_split(split: Split, prepared: PreparedCohort) -> Split:
    """A split of a cohort's own cases with those that only train or test.

    Training scans are left out of which nobody knows what is to be drawn. Raises AppError for a patient in
    two parts.
    """
    from app.learning.splits import within

    made = within(split, _places(prepared, ""), _places(prepared, "train"))
    if len(tested := _places(prepared, "test")):
        made = replace(made, test=tested)
    cases = prepared.cohort.cases
    made = replace(made, train=np.array([one for one in made.train if cases[one].drawn], dtype=np.int64))
    return made.check(prepared.patients)


def initialiser(recipe: str, init: str) -> tuple[Initialise | None, str]:
    """What puts the weights of `--init` into a net, and which these are, with a hash of their file.

    Raises AppError for an unknown kind or an absent file.
    """
    if not init:
        return None, ""
    kind, _, place = init.partition(":")
    path = Path(place)
    if kind == "imagenet" and place:
        from app.learning.imagenet import initialise, source_of

        source = source_of(recipe)
        if place == "download":
            return (lambda net: initialise(net, recipe, place)), f"imagenet:{source.file}"
        if not path.is_file():
            raise AppError(f"{path.name} is not there.", "Name a state-dict file of torchvision.")
        return (lambda net: initialise(net, recipe, place)), _named(init, path)
    weights = path / "weights.safetensors"
    if kind == "run" and weights.is_file():
        from app.learning.weight_files import first_weights

        return (lambda net: first_weights(net, weights)), _named(init, weights)
    raise AppError(
        f"{init} is no source of weights.",
        "Use imagenet:FILE, imagenet:download or run:FOLDER of a training.",
    )


def _named(init: str, file: Path) -> str:
    kind, _, place = init.partition(":")
    return f"{kind}:{Path(place).name} (sha256 {sha256_of(file)[:12]})"


def command_of(verb: str, recipe: str, training: Training, *more: str) -> str:
    """The command line that does the same again, whole; files and folders by their last name alone."""
    kind, _, place = training.init.partition(":")
    values = {
        "--epochs": training.epochs,
        "--minutes": training.minutes,
        "--device": training.device if training.device != "auto" else None,
        "--precision": training.precision if training.precision != "float32" else None,
        "--threads": training.threads,
        "--scans": training.scans,
        "--held-out": training.held_out,
        "--test": training.test,
        "--stratify": training.stratify if training.stratify != "truth" else None,
        "--split": training.split,
        "--config": training.config,
        "--init": f"{kind}:{Path(place).name}" if training.init else None,
        "--seed": training.seed,
    }
    flags = {
        "--classes-by-folder": training.classes_by_folder,
        AS_CASES: training.patients_are_cases,
        ALLOW: training.allow_missing_masks,
        "--no-validation": not training.validates,
        "--umap": training.umap,
        "--tensorboard": training.tensorboard,
    }
    words = ["scintiread", verb, *([recipe] if recipe else [])]
    words += ["--data", training.data.name, "--out", training.out.name]
    words += [word for extra in training.extra for word in ("--extra-data", extra.name)]
    for name, value in values.items():
        if value is not None:
            shown = (
                value.name if isinstance(value, Path) else f"{value:g}" if isinstance(value, float) else value
            )
            words += [name, str(shown)]
    return " ".join([*words, *(name for name, given in flags.items() if given), *more])

"""The arguments that every command that trains has."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.errors import AppError
from app.workflows.training.labels import ALLOW
from app.workflows.training.patients import AS_CASES
from app.workflows.training.train import Training


def add_training_arguments(parser: argparse.ArgumentParser, out: str) -> None:
    """Add them; `out` says what the folder will hold."""
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="COHORT", help="folder with scans, truth.csv and labels")
    add("--out", type=Path, required=True, metavar="FOLDER", help=out)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, metavar="N", help="epochs in all (default: as published)")
    length.add_argument("--minutes", type=float, metavar="M", help="train so long instead, each recipe")
    add("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="where (default: auto)")
    add("--seed", type=int, default=1, metavar="S", help="of weights, split and order (default: 1)")
    add("--threads", type=int, metavar="N", help="threads of the processor (default: torch's choice)")
    add("--precision", choices=("float32", "mixed"), default="float32", help="mixed: bfloat16 where it helps")
    add(
        "--held-out",
        type=float,
        metavar="P",
        help="share of the patients that validate, and again that test (default: 0.15, or as published)",
    )
    add(
        "--no-validation",
        action="store_true",
        help="no scan validates: that share trains too, and the threshold is 0.5 (Hsieh 2021: 85/15, folds "
        "that train on 5/6)",
    )
    add(
        "--split",
        type=Path,
        metavar="FILE",
        help="a split of your own: a table case,part (train, validation, test), for crossval case,fold",
    )
    add(
        AS_CASES,
        action="store_true",
        help="take each scan for another patient's, where neither truth.csv nor the files say whose it is",
    )
    add(
        ALLOW,
        action="store_true",
        help="recipes that draw: leave diseased scans without a mask out of the training; without any mask, "
        "learn from the truth alone",
    )
    add(
        "--extra-data",
        type=Path,
        action="append",
        default=[],
        metavar="COHORT",
        help="a cohort that only trains, in every fold, and neither validates nor tests; may be given again",
    )
    add("--scans", type=int, metavar="N", help="only the first N scans of the cohort")
    add("--workers", type=int, default=2, metavar="N", help="processes that prepare scans (default: 2)")


def add_test(parser: argparse.ArgumentParser) -> None:
    """Add another cohort to test on."""
    parser.add_argument(
        "--test",
        type=Path,
        metavar="COHORT",
        help="test on all scans of this cohort instead of on a share of the first",
    )


def add_stratify(parser: argparse.ArgumentParser) -> None:
    """Add what the parts of a split have in equal shares."""
    parser.add_argument(
        "--stratify",
        choices=("truth", "burden"),
        default="truth",
        help="truth: ill and healthy in equal shares in all parts (default); burden: also the levels of "
        "labelled pixels, 1-9, 10-99 and so on, as Liu 2022 splits",
    )


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add the hyper-parameters of one recipe."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="hyper-parameters in place of the recipe's own (TOML; config.toml of a run holds all of them)",
    )


def add_init(parser: argparse.ArgumentParser) -> None:
    """Add where the first weights come from."""
    parser.add_argument(
        "--init",
        default="",
        metavar="FROM",
        help="first weights: imagenet:FILE (torchvision's .pth, or safetensors, also of Keras), "
        "imagenet:download (the only thing that uses the network), or run:FOLDER of another training",
    )


def training_of(chosen: argparse.Namespace) -> Training:
    """The arguments as the workflows take them; raises AppError for numbers that make no sense."""
    lengths = [length for length in (chosen.epochs, chosen.minutes, chosen.scans) if length is not None]
    if any(length <= 0 for length in lengths):
        raise AppError("Epochs, minutes and scans are more than nothing.", "Correct the number.")
    if chosen.seed < 0 or chosen.workers < 1 or (chosen.threads is not None and chosen.threads < 1):
        raise AppError("Threads and workers are at least 1, the seed at least 0.", "Correct the number.")
    if chosen.held_out is not None and not 0 < chosen.held_out <= 0.4:
        raise AppError("The held-out share is above 0 and at most 0.4.", "Correct the number.")
    test = getattr(chosen, "test", None)
    if chosen.split is not None and (test is not None or chosen.held_out is not None):
        raise AppError("--split says who tests.", "Leave --test and --held-out out, or --split.")
    if chosen.split is not None and getattr(chosen, "stratify", "truth") != "truth":
        raise AppError("--split says who is in which part.", "Leave --stratify out, or --split.")
    return Training(
        held_out=chosen.held_out,
        validates=not chosen.no_validation,
        test=test,
        extra=tuple(chosen.extra_data),
        stratify=getattr(chosen, "stratify", "truth"),
        split=chosen.split,
        config=getattr(chosen, "config", None),
        patients_are_cases=chosen.patients_are_cases,
        allow_missing_masks=chosen.allow_missing_masks,
        data=chosen.data,
        out=chosen.out,
        epochs=chosen.epochs,
        minutes=chosen.minutes,
        device=chosen.device,
        seed=chosen.seed,
        resume=getattr(chosen, "resume", False),
        init=getattr(chosen, "init", ""),
        precision=chosen.precision,
        threads=chosen.threads,
        tensorboard=getattr(chosen, "tensorboard", False),
        mlflow=getattr(chosen, "mlflow", ""),
        umap=getattr(chosen, "umap", False),
        workers=chosen.workers,
        scans=chosen.scans,
        classes_by_folder=getattr(chosen, "classes_by_folder", False),
    )

"""The arguments of the commands that train, and what is asked for by them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.workflows.training.options import OPTIONS, Option, OptionKind
from app.workflows.training.train import Training

_TYPES = {OptionKind.FILE: Path, OptionKind.FOLDER: Path, OptionKind.WHOLE: int, OptionKind.SHARE: float}


def add_training_arguments(parser: argparse.ArgumentParser, command: str, out: str) -> None:
    """Add those of a command; `out` says what the folder will hold."""
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="COHORT", help="folder with scans, truth.csv and labels")
    add("--out", type=Path, required=True, metavar="FOLDER", help=out)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, metavar="N", help="epochs in all (default: as published)")
    length.add_argument("--minutes", type=float, metavar="M", help="train so long instead, each recipe")
    for option in OPTIONS:
        if command in option.commands:
            add(option.flag, help=option.help, **_how(option))


def _how(option: Option) -> dict[str, Any]:
    """An option in the words of argparse."""
    match option.kind:
        case OptionKind.FLAG:
            return {"action": "store_true"}
        case OptionKind.CHOICE:
            return {"choices": option.choices, "default": option.choices[0]}
        case OptionKind.FOLDERS:
            return {"action": "append", "type": Path, "default": [], "metavar": option.metavar}
        case OptionKind.TEXT:
            return {"default": "", "metavar": option.metavar}
        case _:
            metavar = option.metavar or option.kind.name
            return {"type": _TYPES[option.kind], "default": option.default, "metavar": metavar}


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

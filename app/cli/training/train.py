"""`scintiread train RECIPE --data COHORT --out RUN`: a net trained, judged and left in a folder."""

from __future__ import annotations

import argparse

from app.cli.terminal import TerminalProgress
from app.cli.training.arguments import add_training_arguments, training_of
from app.learning.recipes import RECIPES


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("recipe", metavar="RECIPE", help=", ".join(name for name, _ in RECIPES))
    add_training_arguments(parser, "train", "the run: weights, log, metrics, figures and card")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Train; returns 0."""
    from app.learning.listeners import absent
    from app.simulator.cohort import NOTICE
    from app.workflows.training.train import train_model

    training = training_of(chosen)
    for sentence in absent(training.tensorboard, training.mlflow):
        print(f"! {sentence}")
    with TerminalProgress() as progress:
        made = train_model(chosen.recipe, training, progress)
    if made is None:  # a helping process of torchrun
        return 0
    test = made.metrics.get("test", {}).get("at_threshold")
    if test and test["auc"]:
        auc, low, high = test["auc"]
        print(f"{chosen.recipe}: AUC {auc:.3f} (95 % CI {low:.3f}-{high:.3f}) on {test['n']} test scans")
    for sentence in made.said:
        print(sentence)
    for note in made.trained.notes:
        print(f"! {note}")
    if made.trained.waited is not None:
        print(f"Of the epochs' time {made.trained.waited:.1%} was spent waiting for scans.")
    print(f"Run: {made.folder}")
    if made.metrics["simulated"]:
        print(NOTICE)
    return 0

"""`scintiread compare-recipes --data COHORT --out DIR`: recipes trained and tested side by side."""

from __future__ import annotations

import argparse

from app.cli.terminal import TerminalProgress
from app.cli.training.arguments import add_training_arguments, training_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_training_arguments(
        parser, "compare-recipes", "the comparison; recipes that are finished in it are kept"
    )
    parser.add_argument(
        "--recipes",
        metavar="A,B",
        help="only these, separated by commas (default: one of every published way)",
    )
    parser.add_argument(
        "--folds",
        type=int,
        metavar="K",
        help="cross-validate each on the same K folds instead of one split (Hsieh 2021: 6)",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Compare; returns 0, or 1 when a recipe was left out."""
    from app.simulator.cohort import NOTICE
    from app.workflows.training.compare_recipes import COMPARED, compare_recipes

    wanted = tuple(chosen.recipes.split(",")) if chosen.recipes else COMPARED
    if chosen.folds is not None:
        return _on_folds(chosen, wanted)
    with TerminalProgress() as progress:
        made = compare_recipes(training_of(chosen), wanted, progress)
    for row in sorted(made.rows, key=lambda row: -(row.auc or [0.0])[0]):
        auc = "–" if row.auc is None else f"{row.auc[0]:.3f} ({row.auc[1]:.3f}-{row.auc[2]:.3f})"
        print(f"{row.recipe:34} AUC {auc}  {row.train_seconds:.0f} s of training")
    for sentence in made.said:
        print(sentence)
    for name, why in made.left_out:
        print(f"! {name} was left out: {why}")
    print(f"Comparison: {made.folder}")
    if made.rows[0].simulated:
        print(NOTICE)
    return 1 if made.left_out else 0


def _on_folds(chosen: argparse.Namespace, wanted: tuple[str, ...]) -> int:
    from app.simulator.cohort import NOTICE
    from app.workflows.training.compare_folds import compare_folds

    with TerminalProgress() as progress:
        made = compare_folds(training_of(chosen), wanted, chosen.folds, progress)
    for name, told in made.summaries:
        auc = told["pooled"]["auc"]
        shown = "–" if auc is None else f"{auc[0]:.3f} ({auc[1]:.3f}-{auc[2]:.3f})"
        print(f"{name:34} AUC {shown}, {told['folds']} folds together")
    for sentence in made.said:
        print(sentence)
    for name, why in made.left_out:
        print(f"! {name} was left out: {why}")
    print(f"Comparison: {made.folder}")
    if made.summaries[0][1]["simulated"]:
        print(NOTICE)
    return 1 if made.left_out else 0

"""`scintiread crossval RECIPE --data COHORT --folds K --out RUN`: each patient tests once."""

from __future__ import annotations

import argparse

from app.cli.terminal import TerminalProgress
from app.cli.training_arguments import add_config, add_init, add_training_arguments, training_of
from app.learning.recipes import RECIPES


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("recipe", metavar="RECIPE", help=", ".join(name for name, _ in RECIPES))
    add_training_arguments(parser, "a folder per fold and the table; an interrupted one is completed")
    add_init(parser)
    add_config(parser)
    parser.add_argument("--folds", type=int, metavar="K", help="folds (default: 6, or as --split says)")
    parser.add_argument("--umap", action="store_true", help="draw the features of each fold's test scans")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Train every fold; returns 0."""
    from app.simulator.cohort import NOTICE
    from app.workflows.cross_validate import COLUMNS, cross_validate

    training = training_of(chosen)
    with TerminalProgress() as progress:
        made = cross_validate(chosen.recipe, chosen.folds, training, progress)
    for sentence in made.said:
        print(sentence)
    print(f"{chosen.recipe}, {len(made.folds)} folds: mean (standard deviation) over folds")
    for name in COLUMNS:
        value = made.summary[name]
        if value["mean"] is not None:
            spread = f" ({value['sd']:.3f})" if value["sd"] is not None else ""
            print(f"  {name:12} {value['mean']:.3f}{spread}")
    print(f"Folds: {made.folder}")
    if made.summary["simulated"]:
        print(NOTICE)
    return 0

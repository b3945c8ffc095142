"""`scintiread crossval RECIPE --data COHORT --folds K --out RUN`: each patient tests once."""

from __future__ import annotations

import argparse

from app.cli.terminal import TerminalProgress
from app.cli.training.arguments import add_training_arguments, training_of
from app.learning.recipes import RECIPES


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("recipe", metavar="RECIPE", help=", ".join(name for name, _ in RECIPES))
    add_training_arguments(
        parser, "crossval", "a folder per fold and the table; an interrupted one is completed"
    )
    parser.add_argument(
        "--folds", type=int, metavar="K", help="folds (default: as published, else 6, or as --split says)"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Train every fold; returns 0."""
    from app.simulator.cohort import NOTICE
    from app.workflows.training.cross_validate import COLUMNS, cross_validate
    from app.workflows.training.fold_drawings import drawing_lines
    from app.workflows.training.measure_tables import POINTS

    training = training_of(chosen)
    with TerminalProgress() as progress:
        made = cross_validate(chosen.recipe, chosen.folds, training, progress)
    for sentence in made.said:
        print(sentence)
    print(f"{chosen.recipe}, {len(made.folds)} folds: mean (standard deviation) over folds")
    print(f"  {'':12} {'own threshold':15} at 0.5")
    for name in COLUMNS:
        own, half = (_shown(made.summary[point][name]) for point in POINTS)
        if own:
            print(f"  {name:12} {own:15} {half}")
    if made.summary["pooled"]["auc"]:
        auc, low, high = made.summary["pooled"]["auc"]
        print(f"  All test scans together: AUC {auc:.3f} (95 % CI {low:.3f}-{high:.3f})")
    if drawing := made.summary.get("drawing"):
        print("\n".join(drawing_lines(drawing)))
    print(f"Folds: {made.folder}")
    if made.summary["simulated"]:
        print(NOTICE)
    return 0


def _shown(value: dict[str, float | None]) -> str:
    if value["mean"] is None:
        return ""
    return f"{value['mean']:.3f}" + (f" ({value['sd']:.3f})" if value["sd"] is not None else "")

"""`scintiread power --pilot STUDY`: how many readers and cases a study needs."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.analysis.options import Options
from app.analysis.power import PowerGrid
from app.plan import CovarianceMethod
from app.workflows.analysis.input import AnalysisRequest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add(
        "--pilot",
        type=Path,
        required=True,
        metavar="STUDY",
        help="a study or a table of readings with two arms",
    )
    add("--effect", type=float, default=0.05, metavar="AUC", help="the true difference to be found (0.05)")
    add("--readers", type=_numbers, metavar="4,6,8", help="numbers of readers to try")
    add("--cases", type=_numbers, metavar="100,200", help="numbers of cases to try, in the pilot's mix")
    add("--alpha", type=_share, default=0.05, help="two-sided significance level (0.05)")
    add("--target", type=_share, default=0.8, help="power to reach (0.8)")
    add("--rating", metavar="COLUMN", help="the rating column, when it is not “rating”")
    add("--covariance", choices=[method.value for method in CovarianceMethod], default="jackknife")
    add("--interim", action="store_true", help="the pilot is an unfinished study; that is recorded")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the grid and the smallest study that reaches the target."""
    from app.workflows.analysis.power import CASES, READERS, power

    options = Options(covariance=CovarianceMethod(chosen.covariance))
    pilot = AnalysisRequest(chosen.pilot, rating=chosen.rating, interim=chosen.interim, options=options)
    grid = power(
        pilot, chosen.effect, chosen.readers or READERS, chosen.cases or CASES, chosen.alpha, chosen.target
    )
    print(_text(grid))
    return 0


def _text(grid: PowerGrid) -> str:
    readers = sorted({cell.readers for cell in grid.cells})
    cases = sorted({cell.cases for cell in grid.cells})
    powers = {(cell.readers, cell.cases): cell.power for cell in grid.cells}
    lines = [
        f"Power to find a difference of {grid.effect:g} AUC between two arms (readers and cases random, "
        f"alpha {grid.alpha:g}); components from a pilot of {grid.pilot_cases} cases.",
        "",
        "readers \\ cases" + "".join(f"{count:>7}" for count in cases),
    ]
    for count in readers:
        row = "".join(
            f"{powers[count, n]:6.2f}{'*' if powers[count, n] >= grid.target else ' '}" for n in cases
        )
        lines.append(f"{count:>15}{row}")
    lines.append("")
    if grid.smallest:
        lines.append(
            f"* reaches {grid.target:g}. Fewest reads: {grid.smallest.readers} readers × "
            f"{grid.smallest.cases} cases "
            f"(power {grid.smallest.power:.3f})."
        )
    else:
        lines.append(f"No study of this grid reaches {grid.target:g}; try more readers or cases.")
    return "\n".join([*lines, *(f"! {note}" for note in grid.notes)])


def _numbers(text: str) -> tuple[int, ...]:
    values = tuple(int(part) for part in text.split(","))
    if min(values) < 2:
        raise argparse.ArgumentTypeError("numbers from 2, separated by commas")
    return values


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("a number between 0 and 1")
    return value

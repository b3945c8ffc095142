"""`scintiread power`: how many readers and cases a study needs, by a pilot or by stated components."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.analysis.options import AnalysisOptions
from app.analysis.power import PUBLISHED, Aim, PowerGrid, StatedComponents, power_grid
from app.errors import AppError
from app.plan import CovarianceMethod
from app.workflows.analysis.input import AnalysisRequest


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--pilot", type=Path, metavar="STUDY", help="a study or a table of readings with two arms"
    )
    source.add_argument(
        "--components", type=_components, metavar="VAR_TR,ERROR,COV1,COV2,COV3",
        help="stated variance components of AUC; say for how many cases with --component-cases",
    )  # fmt: skip
    source.add_argument("--published", choices=sorted(PUBLISHED), help="components from the literature")
    add("--component-cases", type=int, metavar="N", help="the cases that --components are for")
    add(
        "--margin", type=_share, default=0.0, metavar="AUC",
        help="show non-inferiority by this margin, one-sided, at the true difference of --effect",
    )  # fmt: skip
    add(
        "--groups",
        type=int,
        default=1,
        metavar="G",
        help="split plot: groups of readers and parts of cases (1)",
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

    options = AnalysisOptions(covariance=CovarianceMethod(chosen.covariance))
    aim = Aim(chosen.effect, chosen.alpha, chosen.margin, chosen.groups)
    sizes = chosen.readers or READERS, chosen.cases or CASES
    if chosen.pilot:
        pilot = AnalysisRequest(chosen.pilot, rating=chosen.rating, interim=chosen.interim, options=options)
        grid = power(pilot, aim, *sizes, chosen.target)
    elif chosen.published:
        stated, count, source = PUBLISHED[chosen.published]
        print(f"Components: {source}.")
        grid = power_grid(stated, count, *sizes, aim, chosen.target)
    elif chosen.component_cases and chosen.component_cases > 1:
        grid = power_grid(chosen.components, chosen.component_cases, *sizes, aim, chosen.target)
    else:
        raise AppError(
            "Components belong to a number of cases.", "Say it with --component-cases: errors shrink with it."
        )
    if not grid.cells:
        raise AppError(
            f"None of the numbers of readers can be divided into {chosen.groups} equal groups.",
            "Give others with --readers.",
        )
    print(_text(grid))
    return 0


def _text(grid: PowerGrid) -> str:
    readers = sorted({cell.readers for cell in grid.cells})
    cases = sorted({cell.cases for cell in grid.cells})
    powers = {(cell.readers, cell.cases): cell.power for cell in grid.cells}
    aim = grid.aim
    sought = (
        f"show non-inferiority (margin {aim.margin:g}, true difference {aim.effect:g} AUC, one-sided)"
        if aim.margin
        else f"find a difference of {aim.effect:g} AUC"
    )
    plot = f"; {aim.groups} groups of readers, each with its part of the cases" if aim.groups > 1 else ""
    lines = [
        f"Power to {sought} between two arms (readers and cases random, "
        f"alpha {aim.alpha:g}{plot}); components from a pilot of {grid.pilot_cases} cases.",
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
    lines += [f"! {note}" for note in grid.notes]
    return "\n".join([*lines, *(["", grid.paragraph] if grid.paragraph else [])])


def _components(text: str) -> StatedComponents:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != 5 or min(values[:2], default=-1.0) < 0:
        raise argparse.ArgumentTypeError(
            "five numbers: arm × reader variance, error variance, Cov1, Cov2, Cov3"
        )
    return StatedComponents(*values)


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

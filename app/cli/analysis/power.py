"""`scintiread power`: how many readers and cases a study needs, by a pilot or by stated components."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from app.analysis.options import AnalysisOptions
from app.analysis.power import PUBLISHED, Aim, StatedComponents
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
    from app.report.analysis.power_text import fewest, power_table, sought
    from app.report.text_table import as_text
    from app.workflows.analysis.power import CASES, READERS, SampleSizeRequest, sample_size

    options = AnalysisOptions(covariance=CovarianceMethod(chosen.covariance))
    pilot = None
    if chosen.pilot:
        pilot = AnalysisRequest(chosen.pilot, rating=chosen.rating, interim=chosen.interim, options=options)
    elif chosen.published:
        print(f"Components: {PUBLISHED[chosen.published][2]}.")
    grid = sample_size(
        SampleSizeRequest(
            Aim(chosen.effect, chosen.alpha, chosen.margin, chosen.groups),
            pilot,
            chosen.published or "",
            chosen.components,
            chosen.component_cases or 0,
            chosen.readers or READERS,
            chosen.cases or CASES,
            chosen.target,
        )
    )
    print(as_text(replace(power_table(grid), title=sought(grid), note="")))
    for line in (fewest(grid), *(f"! {note}" for note in grid.notes), "", grid.paragraph):
        print(line)
    return 0


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

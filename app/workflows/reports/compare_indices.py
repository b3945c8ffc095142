"""Two tables of indices of the same scans, by two people or a person and a model, set against each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.analysis.bland_altman import BlandAltman, bland_altman
from app.analysis.placements import Floats
from app.errors import AppError
from app.files import csv_text, write_whole
from app.tables.ids import cause
from app.tables.read import read_table
from app.tables.table import Table
from app.wording import counted
from app.workflows.reports.quantify_cohort import TITLES

AGREEMENT = "bland_altman.csv"
_FEWEST = 3
_COLUMNS = (
    "index", "n", "bias", "bias_low", "bias_high", "sd", "lower_limit", "lower_limit_low", "lower_limit_high",
    "upper_limit", "upper_limit_low", "upper_limit_high", "slope", "slope_p",
)  # fmt: skip


@dataclass(frozen=True)
class ComparedIndices:
    """Each index that both tables tell of three scans or more, the files, and what was left out."""

    found: tuple[tuple[str, BlandAltman], ...]
    files: tuple[Path, ...]
    said: tuple[str, ...]


def compare_indices(first: Path, second: Path, out: Path) -> ComparedIndices:
    """Compare two `quantification.csv` by case and write limits of agreement and a figure of each index.

    Raises AppError for a case that stands twice, and where no index is known of three scans in both.
    """
    from app.figures.bland_altman import bland_altman_figure
    from app.figures.style import save

    one, other = (read_table(path, "quantification") for path in (first, second))
    rows, said = _shared(one, other)
    found: list[tuple[str, BlandAltman]] = []
    pairs: list[tuple[Floats, Floats]] = []
    for name in TITLES:
        if one.find(name) is None or other.find(name) is None:
            continue
        x, y = one.numbers(name)[rows[0]], other.numbers(name)[rows[1]]
        both = ~np.isnan(x) & ~np.isnan(y)
        if int(both.sum()) >= _FEWEST:
            pairs.append((x[both], y[both]))
            found.append((name, bland_altman(*pairs[-1])))
    if not found:
        raise AppError(
            f"{first.name} and {second.name} tell no index of {_FEWEST} scans in common.",
            "Give two tables that quantify wrote of the same scans.",
        )
    files = [out / AGREEMENT]
    write_whole(out / AGREEMENT, csv_text([_COLUMNS, *(_row(name, values) for name, values in found)]))
    for (name, values), pair in zip(found, pairs, strict=True):
        words = f"{first.stem} − {second.stem}" if first.stem != second.stem else "first − second"
        figure = bland_altman_figure(*pair, values, TITLES[name], f"{words}, {counted(values.n, 'scan')}")
        files += save(figure, out / f"bland_altman_{name}")
    return ComparedIndices(tuple(found), tuple(files), said)


def _shared(one: Table, other: Table) -> tuple[tuple[list[int], list[int]], tuple[str, ...]]:
    """The rows of the cases that both tables have, and a sentence on the others."""
    places = []
    for table in (one, other):
        table.require("case")
        table.require_records("scans")
        cases = table.ids("case")
        twice = next((row for row, case in enumerate(cases) if case in cases[:row]), None)
        if twice is not None:
            raise AppError(
                f"{table.at(twice)}: {cases[twice]} stands there twice.", "Keep one line per scan."
            )
        places.append({case: row for row, case in enumerate(cases)})
    mine, theirs = places
    both = [case for case in mine if case in theirs]
    said = []
    for table, own, others in ((one, mine, theirs), (other, theirs, mine)):
        alone = [case for case in own if case not in others]
        if alone:
            meant = cause(alone[0], list(others))
            hint = f", probably {meant}" if meant else ""
            many = f"{counted(len(alone), 'scan')} not in the other"
            said.append(f"{table.name}: {many}, the first is {alone[0]}{hint}.")
    return ([mine[case] for case in both], [theirs[case] for case in both]), tuple(said)


def _row(name: str, found: BlandAltman) -> list[object]:
    values = (
        found.bias, *found.bias_ci, found.sd, found.low, *found.low_ci, found.high, *found.high_ci,
        found.slope, found.slope_p,
    )  # fmt: skip
    return [name, found.n, *("" if math.isnan(value) else f"{value:.6g}" for value in values)]

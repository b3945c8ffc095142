"""Who the scans of a cohort are of: its classes, and what else truth.csv tells.

As table 1 of Hsieh 2021 and Ibrahim 2023 (classes in each part), of Magboo (age, sex, disease), and table 3
of Liu 2022 (regions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.cells import markdown_table
from app.files import csv_text
from app.study.truth import CaseTruth, read_truth
from app.tables.names import NOTHING
from app.tables.numbers import number

if TYPE_CHECKING:
    from app.workflows.training.train import Training

MOST_KINDS = 12
"""A column with more different words than this is no characteristic, but a note or a name."""
Parts = Mapping[str, Sequence[str]]
"""The cases of each part of a split."""
HEAD = ("cohort", "characteristic", "value", "all", "metastasis", "no metastasis")


@dataclass(frozen=True)
class Characteristic:
    """A line of the table: of all scans, of those with metastases, of those without."""

    name: str
    value: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Characteristics:
    """A cohort's lines, and the columns of its truth.csv that have too many different words for one."""

    cohort: str
    lines: tuple[Characteristic, ...]
    left_out: tuple[str, ...]


def trained_and_tested(training: Training, parts: Parts | None = None) -> tuple[Characteristics, ...]:
    """The cohort of a training, the one that tests it, and those that only train."""
    others = (*((training.test,) if training.test else ()), *training.extra)
    own = characteristics(training.data, training.scans, parts)
    return (own, *(characteristics(each) for each in others))


def characteristics(folder: Path, scans: int | None = None, parts: Parts | None = None) -> Characteristics:
    """What truth.csv of a cohort tells of its first scans; raises AppError for one that cannot be read.

    Shares are of the scans of a class, those of the classes of all scans; numbers are median and quartiles.
    """
    part_of = {case: part for part, cases in (parts or {}).items() for case in cases}
    every = [
        replace(case, more={"part": part_of.get(case.case, ""), **case.more}) if parts else case
        for case in list(read_truth(folder / "truth.csv").values())[:scans]
    ]
    groups = (every, [case for case in every if case.truth], [case for case in every if not case.truth])
    lines = [Characteristic("scans", "", tuple(_share(len(group), len(every)) for group in groups))]
    columns = list(dict.fromkeys(name for case in every for name in case.more))
    if "patient" in columns:
        lines.append(Characteristic("patients", "", tuple(_patients(group) for group in groups)))
    lines += _regions(groups)
    left_out = []
    for column in columns:
        if column == "patient":
            continue
        told = _lines(column, groups)
        lines += told
        left_out += [] if told else [column]
    return Characteristics(folder.name, tuple(lines), tuple(left_out))


def characteristics_page(cohorts: Sequence[Characteristics]) -> list[str]:
    """Markdown lines, a table for each cohort."""
    lines = ["", "## The scans"]
    for cohort in cohorts:
        table = [
            (f"{line.name}: {line.value}" if line.value else line.name, *line.cells) for line in cohort.lines
        ]
        lines += ["", f"### {cohort.cohort}", "", *markdown_table(("", *HEAD[3:]), table)]
        if cohort.left_out:
            lines += ["", f"Not counted, since their words differ too much: {', '.join(cohort.left_out)}."]
    return lines


def characteristics_csv(cohorts: Sequence[Characteristics]) -> bytes:
    """The same as a table for programs."""
    rows = [(each.cohort, line.name, line.value, *line.cells) for each in cohorts for line in each.lines]
    return csv_text([HEAD, *rows]).encode()


Group = Sequence[CaseTruth]


def _lines(column: str, groups: Sequence[Group]) -> list[Characteristic]:
    """The lines of a column: one of a number, one for each of a few words, none of many."""
    values = [_told(case, column) for case in groups[0]]
    known = {value for value in values if value}
    if len(known) > MOST_KINDS and all(np.isfinite(number(value)) for value in known):
        spreads = tuple(_spread(group, column) for group in groups)
        return [Characteristic(column, "median (quartiles)", spreads)]
    if len(known) > MOST_KINDS:
        return []
    counts = [Counter(_told(case, column) for case in group) for group in groups]
    return [
        Characteristic(
            column,
            kind or "not recorded",
            tuple(_share(count[kind], count.total()) for count in counts),
        )
        for kind in [*sorted(known), *([""] if "" in values else [])]
    ]


def _regions(groups: Sequence[Group]) -> list[Characteristic]:
    """How many scans have metastases in each region that the column regions names, parted by semicolons."""
    counts = [
        Counter(word.strip() for case in group for word in set(case.regions.split(";")) if word.strip())
        for group in groups
    ]
    return [
        Characteristic(
            "region",
            region,
            tuple(_share(count[region], len(group)) for count, group in zip(counts, groups, strict=True)),
        )
        for region in sorted(counts[0])
    ]


def _told(case: CaseTruth, column: str) -> str:
    value = case.more.get(column, "").strip()
    return "" if value.casefold() in NOTHING else value


def _patients(group: Group) -> str:
    return f"{len({case.more.get('patient', '') for case in group} - {''}):,}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})" if whole else "0"


def _spread(group: Group, column: str) -> str:
    values = [number(value) for case in group if (value := _told(case, column))]
    if not values:
        return "–"
    low, middle, high = np.percentile(values, (25, 50, 75))
    missing = f"; {len(group) - len(values)} not recorded" if len(values) < len(group) else ""
    return f"{middle:.4g} ({low:.4g}-{high:.4g}){missing}"

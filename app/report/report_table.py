"""What a table of the report is, and the words that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.analysis.mrmc import MrmcResult
from app.analysis.proportions import Proportion
from app.analysis.results import MrmcFamily
from app.analysis.study import Analysis
from app.report.numbers import EXACT, MISSING, percent

Row = tuple[str, ...]
Item = TypeVar("Item")
EXACT_NOTE = (
    "† No variance could be estimated, since all cases said the same: exact interval of Clopper and Pearson."
)
"""Under a table that has such intervals."""


@dataclass(frozen=True)
class ReportTable:
    """One table; `name` is a short unique word (the sheet's name), `note` what must be read with it."""

    name: str
    title: str
    header: Row
    rows: tuple[Row, ...]
    note: str = ""


def table_of(
    name: str,
    title: str,
    items: Iterable[Item],
    columns: Sequence[tuple[str, Callable[[Item], str]]],
    note: str = "",
) -> ReportTable:
    """A row for each item; a column is its head with the text of an item's cell."""
    rows = tuple(tuple(cell(item) for _, cell in columns) for item in items)
    return ReportTable(name, title, tuple(head for head, _ in columns), rows, note)


def beside_plan(table: ReportTable, analysis: Analysis) -> ReportTable:
    """The table, marked as exploratory where it has tests and the protocol named the ones that count."""
    tests = any(name == "p" or name.startswith("p (") for name in table.header)
    if analysis.options.plan is None or not tests:
        return table
    return replace(table, note=f"Exploratory: not a hypothesis of the protocol. {table.note}".strip())


def families(analysis: Analysis) -> list[tuple[str, MrmcFamily]]:
    """The MRMC analyses that exist, by measure."""
    candidates = [
        ("AUC", analysis.mrmc),
        ("sensitivity", analysis.mrmc_sensitivity),
        ("specificity", analysis.mrmc_specificity),
        ("wAFROC", analysis.mrmc_wafroc),
    ]
    return [(measure, family) for measure, family in candidates if family is not None]


def results_of(family: MrmcFamily) -> list[MrmcResult]:
    """Main analysis and pairs."""
    return ([family.main] if family.main else []) + list(family.pairs)


def noted(rows: Sequence[Row], *notes: str) -> str:
    """The notes of a table as one text; what † means where one of the rows has it."""
    marked = any(EXACT in cell for row in rows for cell in row)
    return " ".join(filter(None, (*notes, EXACT_NOTE if marked else "")))


def shown_arm(arm: str) -> str:
    """An arm in a table; a study without arms shows a dash."""
    return MISSING if arm in ("", "all") else arm


def share(proportion: Proportion) -> str:
    """“52/58 89.7 % (79.2–96.1)”, Clopper-Pearson."""
    if not proportion.total:
        return MISSING
    low, high = proportion.clopper_pearson
    value = percent(proportion.estimate)
    return f"{proportion.count}/{proportion.total}  {value} ({100 * low:.1f}–{100 * high:.1f})"

"""`report.html`: one file that needs no other, for every browser and for paper."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.analysis.study import Analysis
from app.report.analysis.checklist import ChecklistItem
from app.report.analysis.detail_tables import detail_tables
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.main_tables import main_tables
from app.report.analysis.result_text import result
from app.report.page import page
from app.report.report_table import ReportTable
from app.wording import counted

LONGEST = 60
"""Rows of one table in a report; the workbook and `analysis.json` have all."""


@dataclass(frozen=True)
class DrawnFigure:
    """A figure on the disk; `stem` is its name in the catalogue."""

    stem: str
    title: str
    caption: str
    svg: Path
    png: Path


def html(
    analysis: Analysis, facts: ReportedStudy, figures: Sequence[DrawnFigure], items: Sequence[ChecklistItem]
) -> str:
    """The page as text; figures are embedded as vector graphics."""
    return page(
        "analysis.html.j2",
        {"data_uri": _data_uri},
        title=title(analysis, facts),
        warning=facts.warning,
        subtitle=subtitle(analysis),
        result=result(analysis),
        notes=analysis.notes,
        main=[shortened(table) for table in main_tables(analysis)],
        details=[shortened(table) for table in detail_tables(analysis)],
        figures=figures,
        checklist=items,
    )


def title(analysis: Analysis, facts: ReportedStudy) -> str:
    """The study's title, or the name of its file."""
    return facts.title or analysis.readings.source


def subtitle(analysis: Analysis) -> str:
    """The size of the study in one line."""
    readings = analysis.readings
    positive = int(readings.truth.sum())
    arms = "" if readings.arms == ("all",) else f" · {' and '.join(readings.arms)}"
    models = f" · {', '.join(analysis.predictions.models)}" if analysis.predictions.models else ""
    return (
        f"{counted(len(readings.readers), 'reader')} · {counted(len(readings.cases), 'case')} "
        f"({positive} diseased){arms}{models} · {counted(readings.reads, 'read')}"
    )


def shortened(table: ReportTable) -> ReportTable:
    """The table with at most `LONGEST` rows, saying so."""
    if len(table.rows) <= LONGEST:
        return table
    note = f"The first {LONGEST} of {len(table.rows)} rows; all are in tables.xlsx. {table.note}".strip()
    return ReportTable(table.name, table.title, table.header, table.rows[:LONGEST], note)


def _data_uri(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")

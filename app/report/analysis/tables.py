"""The tables of an analysis, the same in the terminal, on the page, on paper and in the workbook."""

from __future__ import annotations

from app.analysis.study import Analysis
from app.report.analysis.detail_tables import detail_tables
from app.report.analysis.main_tables import main_tables
from app.report.report_table import ReportTable


def tables(analysis: Analysis) -> tuple[ReportTable, ...]:
    """All tables that have rows, the main result first."""
    made = (*main_tables(analysis), *detail_tables(analysis))
    return tuple(table for table in made if table.rows)

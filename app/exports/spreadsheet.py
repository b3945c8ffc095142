"""One workbook for Excel and LibreOffice: a sheet per table, the data dictionary and what it is about."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from app.exports.export import Export, StudyExport
from app.exports.table import ExportTable
from app.tables.sheet import add_row

FILE = "results.xlsx"
SHEET_ROWS = 1_048_575
"""Rows that fit below the header of a sheet."""

Sheet = Any  # openpyxl's types of a write-only sheet lack its column widths


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write the workbook and return its path; raises OSError when the disk refuses."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _about(book.create_sheet("about"), export)
    for table in (*export.tables, export.dictionary):
        _fill(book.create_sheet(table.name[:31]), table)
    path = folder / FILE
    book.save(path)
    return [path]


def _about(sheet: Sheet, export: StudyExport) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 100
    for name, value in export.about:
        add_row(sheet, (name, value))
    for remark in export.remarks:
        add_row(sheet, ("remark", remark))


def _fill(sheet: Sheet, table: ExportTable) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(60, max(10, len(column.name) + 2))
    add_row(sheet, [column.name for column in table.columns], bold=True)
    rows = table.rows()
    for row in islice(rows, SHEET_ROWS - 1):
        add_row(sheet, [int(value) if isinstance(value, bool) else value for value in row])
    if next(rows, None) is not None:
        add_row(sheet, (f"More rows than a sheet holds: see {table.name}.csv",))


XLSX = Export("xlsx", "One workbook with all tables, a summary per reader and a data dictionary", write)

"""One workbook for Excel and LibreOffice: a sheet per table, the data dictionary and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cells import Cell, printable
from app.exports.export import Export, StudyExport
from app.exports.table import ExportTable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell

FILE = "results.xlsx"
SHEET_ROWS = 1_048_575
"""Rows that fit below the header of a sheet."""
LONGEST_TEXT = 32_767
_CUT = " … [cut here; the CSV file has the whole text]"

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
        sheet.append(_cells(sheet, (name, value)))
    for remark in export.remarks:
        sheet.append(_cells(sheet, ("remark", remark)))


def _fill(sheet: Sheet, table: ExportTable) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(60, max(10, len(column.name) + 2))
    sheet.append(_cells(sheet, [column.name for column in table.columns], bold=True))
    rows = table.rows()
    for row in islice(rows, SHEET_ROWS - 1):
        sheet.append(_cells(sheet, row))
    if next(rows, None) is not None:
        sheet.append(_cells(sheet, (f"More rows than a sheet holds: see {table.name}.csv",)))


def _cells(sheet: Sheet, row: Sequence[Cell], bold: bool = False) -> list[SheetCell]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for value in row:
        if isinstance(value, bool):
            value = int(value)
        cell = WriteOnlyCell(sheet, None if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.value = fitting(printable(value))
            cell.data_type = "s"  # a text stays a text, also when it begins like a formula
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def fitting(text: str) -> str:
    """The text as a cell of a sheet takes it: what is too long ends in a word on where the rest is."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(_CUT)] + _CUT


XLSX = Export("xlsx", "One workbook with all tables, a summary per reader and a data dictionary", write)

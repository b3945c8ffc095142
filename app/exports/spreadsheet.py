"""One workbook for Excel and LibreOffice: a sheet per table, the data dictionary and what it is about."""

from __future__ import annotations

from pathlib import Path

from app.exports.export import Export, StudyExport
from app.exports.table import side_by_side
from app.tables.book_writer import BookWriter

FILE = "results.xlsx"
SHEET_ROWS = 1_048_575
"""Rows that fit below the header of a sheet."""


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write the workbook and return its path; raises OSError when the disk refuses."""
    tables = (*export.tables, export.dictionary)
    with BookWriter(folder / FILE) as book:
        about = book.sheet("about", (28, 100))
        for told in (*export.about, *(("remark", remark) for remark in export.remarks)):
            about.add(told)
        sheets = []
        for table in tables:
            widths = [min(60, max(10, len(column.name) + 2)) for column in table.columns]
            sheets.append(book.sheet(table.name[:31], widths, frozen=True))
            sheets[-1].add([column.name for column in table.columns], bold=True)
        filled = [0] * len(tables)
        for number, row in side_by_side(tables):
            filled[number] += 1
            if filled[number] < SHEET_ROWS:
                sheets[number].add(row)
        for table, sheet, count in zip(tables, sheets, filled, strict=True):
            if count >= SHEET_ROWS:
                sheet.add((f"More rows than a sheet holds: see {table.name}.csv",))
    return [folder / FILE]


XLSX = Export("xlsx", "One workbook with all tables, a summary per reader and a data dictionary", write)

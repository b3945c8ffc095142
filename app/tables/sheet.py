"""Rows of a workbook that is written: a text stays a text, and fits into a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cells import Cell, printable

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""


def add_row(
    sheet: Any,  # openpyxl has no types
    row: Sequence[Cell],
    bold: bool = False,
    whole_in: str = "the CSV file",
) -> None:
    """Add a row to a write-only sheet; what is too long for a cell ends in a word on what has the rest."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for value in row:
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, fitting(printable(value), whole_in))
            cell.data_type = "s"  # a text stays a text, also when it begins like a formula
        else:
            cell = WriteOnlyCell(sheet, value)
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)


def fitting(text: str, whole_in: str) -> str:
    """The text as a cell takes it; `whole_in` says what has the whole of a text that is cut."""
    cut = f" … [cut here; {whole_in} has the whole text]"
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(cut)] + cut

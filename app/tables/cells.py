"""Cells that no spreadsheet program takes for a formula."""

from __future__ import annotations

import re
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | bool | None"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def csv_cell(cell: Cell) -> str | int | float:
    """Texts that would start a formula get an apostrophe in front; yes and no become 1 and 0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str):
        clean = printable(cell)
        return f"'{clean}" if cell.startswith(_FORMULA) else clean
    return cell


def printable(text: str) -> str:
    """The text with control characters, which no spreadsheet accepts, shown as a replacement sign.

    Every line end becomes a line feed: `csv` leaves a carriage return unquoted, and it would end the record.
    """
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))

"""Cells that no spreadsheet program takes for a formula, and no page for the end of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | bool | None"
_OFTEN = 128
"""Characters of a text that may come again in the next row."""
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs that begin a formula, in their full width too; blanks before them are skipped by some programs."""
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)*([eE][-+]?[0-9]+)?")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def csv_cell(cell: Cell) -> str | int | float:
    """Texts that would start a formula get an apostrophe in front; yes and no become 1 and 0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, str):
        return _often(cell) if len(cell) < _OFTEN else _csv_text(cell)
    return cell


def _csv_text(text: str) -> str:
    clean = printable(text)
    return f"'{clean}" if starts_formula(clean.lstrip("'")) else clean


_often = lru_cache(4096)(_csv_text)
"""Most texts of a table stand in many of its rows."""


def text_of_cell(cell: str) -> str:
    """The text that `csv_cell` wrote so, but for control characters."""
    return cell[1:] if cell.startswith("'") and starts_formula(cell.lstrip("'")) else cell


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet program may take a text for a formula; a number is none."""
    return text.startswith("\t") or (text.lstrip().startswith(_FORMULA) and _NUMBER.fullmatch(text) is None)


def printable(text: str) -> str:
    """The text with control characters, which no spreadsheet accepts, shown as a replacement sign.

    Every line end becomes a line feed: `csv` leaves a carriage return unquoted, and it would end the record.
    """
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table in Markdown; a bar within a cell, which would end it, becomes a slash."""

    def line(cells: Sequence[str]) -> str:
        return "|" + "".join(f" {cell.replace('|', '/')} |" if cell else " |" for cell in cells)

    return [line(head), "|---" * len(head) + "|", *map(line, rows)]

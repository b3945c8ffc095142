"""What stands in the columns of a table, found out from its cells: for formats that want to be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.exports.table import ExportTable


class CellKind(StrEnum):
    """What all cells of a column are, empty ones aside."""

    FLAG = "flag"
    WHOLE = "whole number"
    DECIMAL = "number"
    TEXT = "text"


@dataclass
class ColumnKind:
    """What stands in one column: `longest` counts the letters of the longest cell, at least 1."""

    kind: CellKind = CellKind.TEXT
    longest: int = 1
    several_lines: bool = False


_ORDER = (CellKind.FLAG, CellKind.WHOLE, CellKind.DECIMAL, CellKind.TEXT)


def column_kinds(table: ExportTable) -> tuple[ColumnKind, ...]:
    """The kinds of all columns; a column of which nothing is known is a text."""
    found: list[ColumnKind | None] = [None] * len(table.columns)
    for row in table.rows():
        for place, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            kind = _kind(cell)
            made = found[place] = found[place] or ColumnKind(kind)
            made.kind = max(made.kind, kind, key=_ORDER.index)
            made.longest = max(made.longest, len(plain_cell(cell)))
            made.several_lines |= isinstance(cell, str) and "\n" in cell
    return tuple(made or ColumnKind() for made in found)


def plain_cell(cell: object) -> str:
    """The cell as a text: flags as 1 and 0, numbers as they are, nothing as an empty text."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, bool) else str(cell)


def _kind(cell: object) -> CellKind:
    if isinstance(cell, bool):
        return CellKind.FLAG
    if isinstance(cell, int):
        return CellKind.WHOLE
    return CellKind.DECIMAL if isinstance(cell, float) else CellKind.TEXT

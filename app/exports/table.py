"""What an export consists of: tables of plain cells, each column with its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from app.cells import Cell

TableRow: TypeAlias = "Sequence[Cell]"
Part: TypeAlias = "Callable[[], Iterator[TableRow]]"


@dataclass(frozen=True)
class Column:
    """One column; `unit` is empty for texts and counts."""

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class ExportTable:
    """One table; its rows can be asked for any number of times, so that no table has to fit into memory.

    `parts`: what each reader gives to it, in the order of readers; a table of few rows is one part.
    """

    name: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]

    def rows(self) -> Iterator[TableRow]:
        """All rows, one part after the other."""
        for part in self.parts:
            yield from part()


def side_by_side(tables: Sequence[ExportTable]) -> Iterator[tuple[int, TableRow]]:
    """The rows of all tables, each with the number of its table: everything of one reader, then of the next.

    So what is read of a reader is read once for all tables.
    """
    for turn in zip_longest(*(table.parts for table in tables)):
        for number, part in enumerate(turn):
            if part is not None:
                for row in part():
                    yield number, row

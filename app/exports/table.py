"""What an export consists of: tables of plain cells, each column with its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.cells import Cell


@dataclass(frozen=True)
class Column:
    """One column; `unit` is empty for texts and counts."""

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class ExportTable:
    """One table; `rows` can be asked for any number of times, so that no table has to fit into memory."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Sequence[Cell]]]

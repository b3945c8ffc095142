"""What an export consists of: tables of plain cells, each column with its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.analysis.ingest.marks import FreeResponse
from app.annotation.label_set import LabelSet

Cell: TypeAlias = "str | int | float | bool | None"


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
    large: bool = False
    """Events: left to the CSV file when they do not fit on a sheet."""


@dataclass(frozen=True)
class StudyExport:
    """Everything that is written: the tables, who did what (`about`), and what is worth knowing."""

    tables: tuple[ExportTable, ...]
    about: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = field(default=())
    marks: FreeResponse | None = None
    """The marks matched to true lesions, where there are masks of them; for the formats that take marks."""
    annotations: Callable[[], Iterator[tuple[str, LabelSet]]] = lambda: iter(())
    """What each reader marked in each case, under READER-ARM."""

    def table(self, name: str) -> ExportTable:
        """The table of that name; raises KeyError when there is none."""
        return {table.name: table for table in self.tables}[name]

    @property
    def dictionary(self) -> ExportTable:
        """The data dictionary: every column of every table."""
        columns = (
            Column("table", "name of the file or sheet"),
            Column("column", "name of the column"),
            Column("unit", "unit of the numbers"),
            Column("meaning", "what stands in it"),
        )
        rows = [
            (table.name, column.name, column.unit, column.meaning)
            for table in self.tables
            for column in table.columns
        ]
        return ExportTable("data_dictionary", columns, lambda: iter(rows))

"""What leaves a study, and what a format of it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.analysis.ingest.marks import FreeResponse
from app.analysis.readings import Readings
from app.annotation.label_set import LabelSet
from app.exports.table import Column, ExportTable


@dataclass(frozen=True)
class StudyExport:
    """Everything that is written: the tables, who did what (`about`), and what is worth knowing."""

    tables: tuple[ExportTable, ...]
    reads: Callable[[], Readings]
    """The cube of reads; raises AppError when the study has no truth or no readings."""
    about: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    marks: FreeResponse | None = None
    """The marks matched to true lesions, where there are masks of them; for the formats that take marks."""
    annotations: Callable[[], Iterator[tuple[str, LabelSet]]] = lambda: iter(())
    """What each reader marked in each case, under READER-ARM."""

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
        return ExportTable("data_dictionary", columns, (lambda: iter(rows),))


@dataclass(frozen=True)
class Export:
    """A format; `write` puts its files into a folder and returns them, and raises OSError and AppError."""

    name: str
    description: str
    write: Callable[[StudyExport, Path], list[Path]]

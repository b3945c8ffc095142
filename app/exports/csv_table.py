"""One CSV file per table: UTF-8, comma, texts in quotes where needed, line breaks kept inside quotes."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path

from app.cells import csv_cell
from app.exports.export import Export, StudyExport
from app.exports.table import side_by_side


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write the files and return their paths; raises OSError when the disk refuses."""
    tables = (*export.tables, export.dictionary)
    paths = [folder / f"{table.name}.csv" for table in tables]
    with ExitStack() as files:
        opened = [files.enter_context(path.open("w", encoding="utf-8", newline="")) for path in paths]
        writers = [csv.writer(file, lineterminator="\n") for file in opened]
        for writer, table in zip(writers, tables, strict=True):
            writer.writerow([column.name for column in table.columns])
        for number, row in side_by_side(tables):
            writers[number].writerow([csv_cell(cell) for cell in row])
    return paths


CSV = Export("csv", "One CSV file per table, with a data dictionary", write)

"""One CSV file per table: UTF-8, comma, texts in quotes where needed, line breaks kept inside quotes."""

from __future__ import annotations

import csv
from pathlib import Path

from app.cells import csv_cell
from app.exports.export import Export, StudyExport


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write the files and return their paths; raises OSError when the disk refuses."""
    written = []
    for table in (*export.tables, export.dictionary):
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in table.columns])
            writer.writerows([csv_cell(cell) for cell in row] for row in table.rows())
        written.append(path)
    return written


CSV = Export("csv", "One CSV file per table, with a data dictionary", write)

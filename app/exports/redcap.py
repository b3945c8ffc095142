"""REDCap: a data dictionary to upload into a project, and the readings to import into it, one record each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.cells import csv_cell
from app.exports.export import Export, StudyExport
from app.exports.kinds import CellKind, ColumnKind, column_kinds, plain_cell
from app.exports.table import Column, ExportTable

DICTIONARY = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?",
    "Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment",
    "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?", "Field Annotation",
)  # fmt: skip
"""The columns of a data dictionary, as REDCap writes and reads them."""
_VALIDATION = {CellKind.WHOLE: "integer", CellKind.DECIMAL: "number"}
RECORD = "record_id"


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `redcap_dictionary.csv` and `redcap_data.csv`; raises OSError when the disk refuses."""
    table = next(table for table in export.tables if table.name == "readings")
    names = field_names(table.columns)
    dictionary, data = folder / "redcap_dictionary.csv", folder / "redcap_data.csv"
    _write(dictionary, DICTIONARY, _dictionary(table, names, column_kinds(table)))
    _write(data, (RECORD, *names), _records(table))
    return [dictionary, data]


def field_names(columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns' names as REDCap takes them: small letters, digits and single underscores."""
    return tuple("_".join(part for part in column.name.lower().split("_") if part) for column in columns)


def _dictionary(
    table: ExportTable, names: Sequence[str], kinds: Sequence[ColumnKind]
) -> Iterator[tuple[str, ...]]:
    yield _field(RECORD, "text", "reader, place in the list and arm")
    for name, column, kind in zip(names, table.columns, kinds, strict=True):
        label = f"{column.meaning} ({column.unit})" if column.unit else column.meaning
        if kind.kind is CellKind.FLAG:
            yield _field(name, "yesno", label)
        elif kind.several_lines:
            yield _field(name, "notes", label)
        else:
            yield _field(name, "text", label, _VALIDATION.get(kind.kind, ""))


def _field(name: str, kind: str, label: str, validation: str = "") -> tuple[str, ...]:
    return (name, "reading", "", kind, label, "", "", validation, *("" for _ in DICTIONARY[8:]))


def _records(table: ExportTable) -> Iterator[list[str]]:
    names = [column.name for column in table.columns]
    key = [names.index(name) for name in ("reader", "read_position", "arm")]
    for row in table.rows():
        reader, place, arm = (plain_cell(row[index]) for index in key)
        yield [f"{reader}-{place:0>5}-{arm}", *(str(csv_cell(cell)) for cell in row)]


def _write(path: Path, header: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


REDCAP = Export("redcap", "REDCap: data dictionary and records", write)

"""`tables.xlsx`: every list of `analysis.json` as a sheet with full precision, and the printed tables in
front.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from app.analysis.study import Analysis
from app.cells import Cell
from app.report.analysis.document import Plain
from app.report.analysis.facts import ReportedStudy
from app.report.analysis.main_tables import main_tables
from app.tables.sheet import add_row

_LEFT_OUT = frozenset({"schema", "curve"})


def write_workbook(
    path: Path, analysis: Analysis, facts: ReportedStudy, document: Mapping[str, Plain]
) -> None:
    """Write the workbook; texts that look like formulas stay texts."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    add = partial(add_row, whole_in="analysis.json")

    def new_sheet(name: str) -> Any:  # Any: openpyxl has no types
        sheet = book.create_sheet(name)
        sheet.oddHeader.center.text = facts.warning.replace("&", "&&")
        return sheet

    summary = new_sheet("summary")
    for text in filter(None, (facts.title or analysis.readings.source, facts.warning, *analysis.notes)):
        add(summary, [text], bold=text == facts.warning)
    for table in main_tables(analysis):
        if table.rows:
            add(summary, [])
            add(summary, [table.title], bold=True)
            add(summary, table.header, bold=True)
            for row in table.rows:
                add(summary, row)
            add(summary, [table.note])
    for name, rows in _sheets(document):
        sheet = new_sheet(name[:31])
        header = list(dict.fromkeys(key for row in rows for key in row))
        add(sheet, header, bold=True)
        for record in rows:
            add(sheet, [record.get(key) for key in header])
    book.save(path)


def _sheets(document: Mapping[str, Plain]) -> Iterator[tuple[str, list[dict[str, Cell]]]]:
    """Lists of records become sheets; a section with lists in it becomes several."""
    for name, value in document.items():
        if name in _LEFT_OUT or not value:
            continue
        if isinstance(value, list) and isinstance(value[0], dict):
            yield name, [_flat(row) for row in value if isinstance(row, dict)]
        elif isinstance(value, dict):
            rest: dict[str, Plain] = {}
            for key, inner in value.items():
                if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                    yield f"{name}.{key}", [_flat(row) for row in inner if isinstance(row, dict)]
                else:
                    rest[key] = inner
            yield name, [_flat(rest)]


def _flat(record: Mapping[str, Plain], prefix: str = "") -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if key in _LEFT_OUT:
            continue
        if isinstance(value, dict):
            cells.update(_flat(value, f"{name}."))
        elif isinstance(value, list):
            if len(value) == 2 and all(isinstance(one, int | float | None) for one in value):
                low, high = value
                cells[f"{name}.low"] = low if isinstance(low, int | float) else None
                cells[f"{name}.high"] = high if isinstance(high, int | float) else None
            else:
                cells[name] = "; ".join(str(one) for one in value if not isinstance(one, dict))
        else:
            cells[name] = value
    return cells

"""A file becomes a `Table`: column names, records, and the line of each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.errors import AppError
from app.files import refused
from app.tables.decode import decoded
from app.tables.delimited import Row, delimited
from app.tables.names import doubled
from app.tables.table import Table
from app.tables.workbook import OLD_EXCEL, ZIP, sheet_rows

EXPECTED = "Give a table with a line of column names and one record per line (CSV or .xlsx)."


def read_table(path: Path, sheet: str = "") -> Table:
    """Read a text table or the sheet of an Excel workbook, told apart by content.

    Raises `AppError` when the file cannot be read, is empty, or is no table.
    """
    return as_table(path.name, file_bytes(path), sheet)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that holds a table; raises AppError for one that cannot be read or is empty."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(path, error, "Check the path.", "cannot be read") from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise AppError(f"{path.name}, line 1: the file is empty.", EXPECTED)
    return data


def as_table(name: str, data: bytes, sheet: str = "") -> Table:
    """The table in these bytes; see `read_table`."""
    if data.startswith((ZIP, OLD_EXCEL)):
        title, rows = sheet_rows(name, data, sheet)
        return _table(f"{name} [{title}]", rows, padded=True)
    return _table(name, delimited(name, decoded(name, data)))


def _table(name: str, rows: Iterable[Row], padded: bool = False) -> Table:
    """The first filled row names the columns, unless it is a title: one cell above a row of several.

    Rows `padded` by empty cells lost them at the right end. Lines that begin with # before the names, and
    those with nothing else in the first cell, are remarks.
    """
    filled = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
    filled = [(line, row) for place, (line, row) in enumerate(filled) if not _remark(row)]
    if len(filled) > 1 and _is_title(filled[0][1], filled[1][1]):
        del filled[0]
    if not filled:
        raise AppError(f"{name}, line 1: there are no column names.", EXPECTED)
    head, names = filled[0]
    headers = [cell.strip() for cell in names]
    while not headers[-1]:
        headers.pop()
    twice = doubled(headers)
    if twice:
        raise AppError(
            f"{name}, line {head}: the column “{twice}” is there twice.", "Rename or delete one of them."
        )
    records = [_record(name, line, row, headers, head, padded) for line, row in filled[1:]]
    columns = {header: [record[place] for record in records] for place, header in enumerate(headers)}
    return Table(name, tuple(headers), columns, [line for line, _ in filled[1:]], head)


def _remark(row: list[str]) -> bool:
    return row[0].startswith("#") and not any(cell.strip() for cell in row[1:])


def _is_title(first: list[str], second: list[str]) -> bool:
    return sum(map(bool, map(str.strip, first))) == 1 < sum(map(bool, map(str.strip, second)))


def _record(name: str, line: int, row: list[str], headers: list[str], head: int, padded: bool) -> list[str]:
    if any(cell.strip() for cell in row[len(headers) :]) or (len(row) < len(headers) and not padded):
        raise AppError(
            f"{name}, line {line}: {len(row)} values where line {head} names {len(headers)} columns.",
            "Every line needs as many values as there are column names; put texts that hold the separator "
            "into quotes.",
        )
    return [cell.strip() for cell in row[: len(headers)]] + [""] * (len(headers) - len(row))

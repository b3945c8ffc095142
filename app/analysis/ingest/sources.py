"""Text tables and workbooks become a `Table`; what is neither is said to be neither."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.analysis.ingest.imrmc import read_imrmc
from app.analysis.ingest.table import Table
from app.errors import AppError

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_EXPECTED = "Give a table with a line of column names and one record per line (CSV, .xlsx or .imrmc)."


def read_table(path: Path, sheet: str = "readings") -> Table:
    """Read a CSV (comma, semicolon or tab), an Excel workbook or an `.imrmc` file, told apart by content.

    Raises `AppError` when the file cannot be read, is empty, or is no table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AppError(
            f"{path.name} cannot be read: {error.strerror or error}.", "Check the path."
        ) from error
    if not data.strip():
        raise AppError(f"{path.name}, line 1: the file is empty.", _EXPECTED)
    if data.startswith(_ZIP):
        return _workbook(path, sheet)
    if data.startswith(_OLD_EXCEL):
        raise AppError(f"{path.name} is an Excel file of the old kind (.xls).", "Save it as .xlsx or CSV.")
    text = _decoded(path, data)
    if path.suffix.lower() == ".imrmc" or "BEGIN DATA" in text:
        return read_imrmc(path.name, text)
    return _delimited(path.name, text)


def _decoded(path: Path, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise AppError(f"{path.name}, line {line}: this is not text.", _EXPECTED)
    return text


def _delimited(name: str, text: str) -> Table:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)

    def numbered() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise AppError(f"{name}, line {reader.line_num}: {error}.", _EXPECTED) from error

    return _table(name, numbered())


def _table(name: str, rows: Iterable[tuple[int, list[str]]]) -> Table:
    headers: list[str] = []
    records: list[list[str]] = []
    lines: list[int] = []
    for line, row in rows:
        if not any(cell and not cell.isspace() for cell in row):
            continue
        if not headers:
            headers = [cell.strip() for cell in row]
            while headers and not headers[-1]:
                headers.pop()
            continue
        if len(row) != len(headers):
            if any(cell.strip() for cell in row[len(headers) :]) or len(row) < len(headers):
                raise AppError(
                    f"{name}, line {line}: {len(row)} values where line 1 names {len(headers)} columns.",
                    "Every line needs as many values as there are column names.",
                )
            row = row[: len(headers)]
        records.append(row)
        lines.append(line)
    doubled = next((header for header in headers if header and headers.count(header) > 1), None)
    if doubled:
        raise AppError(
            f"{name}, line 1: the column “{doubled}” is there twice.", "Rename or delete one of them."
        )
    values = zip(*records, strict=True) if records else ([] for _ in headers)
    columns = {
        header: [cell.strip() for cell in column] for header, column in zip(headers, values, strict=True)
    }
    return Table(name, tuple(headers), columns, lines)


def _workbook(path: Path, sheet: str) -> Table:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise AppError(
            f"{path.name} is not a workbook that can be opened.", "Save it again as .xlsx."
        ) from error
    try:
        names = {name.lower(): name for name in book.sheetnames}
        if {"truth", "fp", "tp"} <= set(names):
            raise AppError(
                f"{path.name} is an RJafroc workbook, which has no table of readings.",
                "Give the readings as CSV or .imrmc, or lesion marks with --marks and --lesions.",
            )
        chosen = book[names.get(sheet, book.sheetnames[0])]
        rows = ((line, [_cell(value) for value in row]) for line, row in enumerate(chosen.values, start=1))
        return _table(f"{path.name} [{chosen.title}]", _trimmed(rows))
    finally:
        book.close()


def _trimmed(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Rows of a sheet, padded or cut to the width of the first filled one."""
    width = 0
    for line, row in rows:
        if not width and any(row):
            width = max(place for place, cell in enumerate(row, start=1) if cell)
        yield line, (row + [""] * width)[: max(width, 1)] if not any(row[width:]) else row


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

"""The rows of one sheet of an Excel workbook, as the sheet shows them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from app.errors import AppError
from app.tables.delimited import Row

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_BYTES = 2**27
_ZEROS = re.compile(r"0{2,}")


def sheet_rows(name: str, data: bytes, wanted: str) -> tuple[str, list[Row]]:
    """Name and rows of the sheet called `wanted`, or of the first one; lines are the sheet's rows, from 1.

    Raises AppError for what is no workbook, and for one of RJafroc, which holds marks in a form of its own.
    """
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if data.startswith(OLD_EXCEL):
        raise AppError(
            f"{name} is an Excel file of the old kind (.xls), or locked by a password.",
            "Save it as .xlsx without a password, or as CSV.",
        )
    unreadable = AppError(f"{name} is not a workbook that can be opened.", "Save it again as .xlsx.")
    try:
        _check_size(name, data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise unreadable from error  # a SyntaxError is one of the XML inside
    try:
        names = {title.lower(): title for title in book.sheetnames}
        if {"truth", "fp", "tp"} <= set(names):
            raise AppError(
                f"{name} is an RJafroc workbook, which has no table of readings.",
                "Give the readings as CSV or .imrmc, or lesion marks with --marks and --lesions.",
            )
        sheet = book[names.get(wanted, book.sheetnames[0])]
        return sheet.title, list(_trimmed(sheet.iter_rows()))
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:  # sheets are read only now
        raise unreadable from error
    finally:
        book.close()


def _check_size(name: str, data: bytes) -> None:
    """Raise AppError for a workbook that unpacks to more than any table of a study has."""
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as archive:
        inside = sum(each.file_size for each in archive.infolist())
    if inside > MOST_BYTES:
        raise AppError(
            f"{name} unpacks to {inside / 2**20:.0f} MiB, more than any table of readings.",
            "Save the table alone, as CSV or as a new .xlsx.",
        )


def _trimmed(rows: Any) -> Iterator[Row]:  # openpyxl's cells of a read-only sheet have several types
    """Every row, without the empty cells that a sheet keeps at its right end."""
    for line, row in enumerate(rows, start=1):
        cells = [_shown(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield line, cells


def _shown(cell: Any) -> str:
    """The value as text; a whole number in a format such as 000 keeps the zeros that the sheet shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and _ZEROS.fullmatch(str(cell.number_format)):
        return str(value).zfill(len(cell.number_format))
    return str(value)

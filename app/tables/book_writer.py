"""A workbook of many rows, its sheets filled side by side: XlsxWriter keeps one row of each in memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from app.cells import Cell, printable
from app.tables.sheet import fitting

_AS_TOLD = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


class FilledSheet:
    """One sheet: rows are appended and never looked at again."""

    def __init__(self, sheet: Any, bold: Any) -> None:  # XlsxWriter has no types
        self._sheet, self._bold, self._rows = sheet, bold, 0

    def add(self, row: Sequence[Cell], bold: bool = False) -> None:
        """Append a row: texts stay texts, also those that look like formulas; yes and no become 1 and 0."""
        style = self._bold if bold else None
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                text = fitting(printable(value), "the CSV file")
                self._sheet.write_string(self._rows, column, text, style)
            elif math.isfinite(value):
                self._sheet.write_number(self._rows, column, value, style)
            else:
                self._sheet.write_string(self._rows, column, str(value), style)
        self._rows += 1


class BookWriter:
    """A workbook; `with` writes it at the end, and nothing when something went wrong on the way."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        self._parts = TemporaryDirectory(ignore_cleanup_errors=True)
        in_parts = {"constant_memory": True, "tmpdir": self._parts.name}
        self._book = Workbook(str(path), {**in_parts, **_AS_TOLD})
        self._bold = self._book.add_format({"bold": True})

    def sheet(self, name: str, widths: Sequence[float] = (), frozen: bool = False) -> FilledSheet:
        """A further sheet; `name` has 31 characters at most, `widths` of the columns are in characters, and
        `frozen` keeps the first row in sight.
        """
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if frozen:
            sheet.freeze_panes(1, 0)
        return FilledSheet(sheet, self._bold)

    def __enter__(self) -> BookWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write it; raises OSError when the disk refuses."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            if kind is None:
                self._book.close()
        except FileCreateError as refused:
            raise OSError(str(refused)) from refused
        finally:
            self._book.fileclosed = True  # what went wrong on the way is not written when it is let go
            for sheet in self._book.worksheets():
                if sheet.row_data_fh:
                    sheet.row_data_fh.close()
            self._parts.cleanup()

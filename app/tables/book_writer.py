"""A workbook of many rows, its sheets filled side by side; openpyxl takes several times as long.

ECMA-376, part 1: SpreadsheetML with inline texts and two styles, plain and bold.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from app.cells import Cell, printable
from app.tables.sheet import fitting

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_PIECE = 1 << 20
"""Characters that are taken over at once."""
_OFTEN = 128
"""Characters of a text that may come again in the next row."""


class FilledSheet:
    """One sheet: rows are appended and never looked at again."""

    def __init__(self, name: str, widths: Sequence[float] = (), frozen: bool = False) -> None:
        """`widths` of the columns in characters; `frozen` keeps the first row in sight."""
        self.name = name
        self._file: IO[str] = tempfile.TemporaryFile(  # noqa: SIM115  (closed by the book)
            "w+", encoding="utf-8", errors="replace", newline=""
        )
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(widths, start=1)
        )
        self._file.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FROZEN if frozen else ""}')
        self._file.write(f"<cols>{columns}</cols>" * bool(columns) + "<sheetData>")

    def add(self, row: Sequence[Cell], bold: bool = False) -> None:
        """Append a row: texts stay texts, also those that look like formulas; yes and no become 1 and 0."""
        cells = "".join([_cell(value) for value in row])
        if bold:
            cells = cells.replace("<c", '<c s="1"')
        self._file.write(f"<row>{cells}</row>")

    def move_into(self, book: ZipFile, member: str) -> None:
        """Write what was collected as this member."""
        self._file.write("</sheetData></worksheet>")
        self._file.seek(0)
        with book.open(member, "w", force_zip64=True) as out:
            while part := self._file.read(_PIECE):
                out.write(part.encode())
        self._file.close()

    def close(self) -> None:
        """Let go of what was collected."""
        self._file.close()


class BookWriter:
    """A workbook; `with` writes it at the end, and nothing when something went wrong on the way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: list[FilledSheet] = []

    def sheet(self, name: str, widths: Sequence[float] = (), frozen: bool = False) -> FilledSheet:
        """A further sheet; `name` has 31 characters at most."""
        self._sheets.append(FilledSheet(name, widths, frozen))
        return self._sheets[-1]

    def __enter__(self) -> BookWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write()
        finally:
            for sheet in self._sheets:
                sheet.close()

    def _write(self) -> None:
        numbers = range(1, len(self._sheets) + 1)
        with ZipFile(self._path, "w", ZIP_DEFLATED, compresslevel=1) as book:
            for name, content in _frame([sheet.name for sheet in self._sheets]).items():
                book.writestr(name, _HEAD + content)
            for number, sheet in zip(numbers, self._sheets, strict=True):
                sheet.move_into(book, f"xl/worksheets/sheet{number}.xml")


def _frame(names: Sequence[str]) -> dict[str, str]:
    """All members but the sheets."""
    numbers = range(1, len(names) + 1)
    parts = {"workbook": f"{_TYPES}.sheet.main+xml", "styles": f"{_TYPES}.styles+xml"}
    parts |= {f"worksheets/sheet{number}": f"{_TYPES}.worksheet+xml" for number in numbers}
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    targets = [
        *((f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers),
        ("rIdStyles", "styles", "styles.xml"),
    ]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(targets),
        "xl/styles.xml": _STYLES,
    }


def _relations(targets: Sequence[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, kind, target in targets
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _often(value) if len(value) < _OFTEN else _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return _text(str(value))
    return f"<c><v>{int(value) if isinstance(value, bool) else repr(value)}</v></c>"


def _text(text: str) -> str:
    told = escape(fitting(printable(text), "the CSV file"))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


_often = lru_cache(4096)(_text)

"""The rows of a text table, whatever separates its values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from app.errors import AppError

Row = tuple[int, list[str]]
"""The line on which a record begins, and its values as they stand there."""
_DELIMITERS = ",;\t|"
_SEP = re.compile(r'\s*"?sep=(.)', re.IGNORECASE)
_LOOKED_AT = 50


def delimited(name: str, text: str) -> Iterator[Row]:
    """The rows with their lines, from 1; a first line `sep=;` is obeyed.

    Lines end at a line feed or carriage return and at nothing else. Raises AppError for quotes that do not
    close, naming where the record begins.
    """
    told = _SEP.match(text.split("\n", 1)[0].lstrip("\ufeff"))
    if told:
        yield from _rows(name, text.partition("\n")[2], told[1], 1)
        return
    yield from _rows(name, text, _delimiter(name, text), 0)


def _rows(name: str, text: str, delimiter: str, before: int) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True
    )
    begins = before + 1
    try:
        for row in reader:
            yield begins, row
            begins = before + reader.line_num + 1
    except csv.Error as error:
        raise AppError(
            f"{name}, line {begins}: a quote opens there that does not close as it should.",
            "Put texts into double quotes, and double a quote inside them.",
        ) from error


def _delimiter(name: str, text: str) -> str:
    """The delimiter that most lines agree on with the first line that has any."""
    best = (0, 0, 0)
    found = ","
    for place, delimiter in enumerate(_DELIMITERS):
        try:
            rows = [row for _, row in islice(_rows(name, text, delimiter, 0), _LOOKED_AT)]
        except AppError:
            continue
        widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
        head = next((width for width in widths if width > 1), 0)
        score = (widths.count(head) if head else 0, head, -place)
        if score > best:
            best, found = score, delimiter
    return found

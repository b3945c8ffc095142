"""The text of a file that any program may have written: UTF-8, UTF-16, GB18030 or Windows-1252."""

from __future__ import annotations

import codecs

from app.errors import AppError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = "Give a text table (CSV) or an Excel workbook (.xlsx)."
_HEAD = 4096
"""So many bytes tell whether a file without a mark is UTF-16: text in it has a zero in every other byte."""


def decoded(name: str, data: bytes) -> str:
    """The text; raises AppError when the bytes are no text, or it cannot be told which."""
    encoding = next((known for mark, known in _MARKS if data.startswith(mark)), "") or _unmarked(data)
    zero = -1 if encoding.startswith("utf-16") else data.find(b"\0")
    if zero >= 0:
        line = data[:zero].count(b"\n") + 1
        raise AppError(f"{name}, line {line}: this is not text.", _NOT_TEXT)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise AppError(
            f"{name}, line {line}: which encoding the text has cannot be told.", "Save it as CSV in UTF-8."
        ) from error


def _unmarked(data: bytes) -> str:
    head = data[:_HEAD]
    zeros = [head[first::2].count(0) for first in (0, 1)]
    if max(zeros) > len(head) // 5 and min(zeros) == 0:
        return "utf-16-be" if zeros[0] else "utf-16-le"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "gb18030" if _chinese(data) else "cp1252"


def _chinese(data: bytes) -> bool:
    """Whether most of what is not ASCII are signs of GB 2312.

    Accented letters of western languages stand alone between ASCII letters; read as GB18030 they become
    errors or signs outside that everyday set.
    """
    try:
        strange = [sign for sign in data.decode("gb18030") if sign > "\x7f"]
    except UnicodeDecodeError:
        return False
    everyday = sum(_encodes(sign) for sign in set(strange))
    return everyday > len(set(strange)) / 2


def _encodes(sign: str) -> bool:
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False

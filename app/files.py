"""Whole files: written at once or not at all, appended to; and what is said when the disk refuses."""

from __future__ import annotations

import csv
import errno
import io
import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.cells import csv_cell, text_of_cell
from app.errors import AppError
from app.language import for_later, tr
from app.private import keep_private

_WHILE_HELD_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8) if sys.platform == "win32" else ()
"""How often a file that another program holds is tried again: virus scanners look at each new one on Windows,
where a file in use cannot be replaced."""
_LONGEST_PATH = 259 if sys.platform == "win32" else 0
"""How many letters Windows takes in a path as long as nobody has allowed more (Win32, "Maximum Path Length
Limitation"); a longer one is said not to be there."""
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def refusal(error: OSError) -> str:
    """Why the disk, or the network, refused, in a few words."""
    length = len(str(Path(os.fsdecode(error.filename)).absolute())) if _has_path(error) else 0
    if error.errno == errno.ENOENT and 0 < _LONGEST_PATH < length:
        return f"its path has {length} letters, and Windows takes {_LONGEST_PATH}"
    return tr("the disk is full") if error.errno in _FULL else error.strerror or tr("unknown reason")


def _has_path(error: OSError) -> bool:
    return isinstance(error.filename, str | bytes)


def refused(path: Path, error: OSError, hint: str, what: str = for_later("could not be written")) -> AppError:
    """The sentence for a file that could not be written or read; `hint` says what to do."""
    return AppError(f"{path.name} {tr(what)}: {refusal(error)}.", hint)


@contextmanager
def whole(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A draft that takes the place of the file when the block ends, on the disk with its folder's entry.

    Whatever comes in between, a power cut too, leaves the file that was there. `private`: its owner alone may
    read and write it. Raises OSError.
    """
    draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        with new_file(draft, private=private) as file:
            yield file
            flush(file)
        put_in_place(draft, path)
    except BaseException:
        with suppress(OSError):  # the failed write tells what is wrong with this disk
            draft.unlink(missing_ok=True)
        raise


def drafts_in(folder: Path) -> list[Path]:
    """Drafts of `whole` that lie in a folder: being written now, or left there by a kill."""
    return sorted(folder.glob(".*.part"))


_ROOM = "Make room or choose another folder."


def write_whole(path: Path, content: bytes | str, hint: str = _ROOM, *, private: bool = False) -> None:
    """Write a file and, if need be, its folder, whole or not at all; a text in UTF-8 with its own line ends.

    Raises AppError with `hint`; what stood there before stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path, private=private) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise refused(path, error, hint) from error


def set_aside(path: Path, word: str) -> Path:
    """Rename a file by an ending of its own, never onto another; returns its new place. Raises OSError."""
    aside = path.with_name(f"{path.name}.{word}")
    number = 2
    while aside.exists():
        aside, number = path.with_name(f"{path.name}.{word}{number}"), number + 1
    return moved(path, aside)


def append_lines(path: Path, lines: Iterable[str], *, private: bool = False) -> None:
    """Append lines, without their ends, in UTF-8; durable on return. Raises OSError."""
    made = not path.exists()
    mode = 0o600 if private else 0o666
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode), "ab") as file:
        if made and private:
            keep_private(path)
        file.write("".join(line + "\n" for line in lines).encode())
        flush(file)
    if made:
        _flush_folder(path.parent)


def cut_off(path: Path, size: int) -> None:
    """Shorten a file to so many bytes; durable on return. Raises OSError."""
    with path.open("r+b") as file:
        file.truncate(size)
        flush(file)


def new_file(path: Path, *, private: bool = False) -> BinaryIO:
    """A new and empty file to write and read; raises OSError, also when there is one already."""
    mode = 0o600 if private else 0o666
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode), "w+b")
    if private:
        keep_private(path)
    return file


def flush(file: BinaryIO) -> None:
    """Bring what was written to the disk itself."""
    file.flush()
    os.fsync(file.fileno())


def put_in_place(draft: Path, path: Path) -> None:
    """Let a flushed draft beside it take the place of a file; durable on return. Raises OSError."""
    moved(draft, path)
    _flush_folder(path.parent)


def moved(path: Path, place: Path) -> Path:
    """Give a file or a folder another name on its disk, in place of the file that has it; gives the new path.

    What another program holds for a moment is tried again. Raises OSError, as for a folder that is there.
    """
    for seconds in _WHILE_HELD_SECONDS:
        try:
            return path.replace(place)
        except PermissionError:
            time.sleep(seconds)
    return path.replace(place)


def _flush_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk; Windows and some network drives do so by themselves only."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def csv_text(rows: Iterable[Sequence[object]], line_end: str = "\n", *, as_it_is: bool = False) -> str:
    """The rows, the first of which names the columns, as comma-separated text that starts no formula.

    `as_it_is`: for programs that know no formulas, every text stays what it is.
    """
    text = io.StringIO()
    harmless = ([csv_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(text, lineterminator=line_end).writerows(rows if as_it_is else harmless)
    return text.getvalue()


def csv_records(path: Path) -> list[dict[str, str]]:
    """The records of a table that `csv_text` made, by column; raises OSError and UnicodeDecodeError."""
    with path.open(encoding="utf-8", newline="") as file:
        records = csv.DictReader(file)
        return [{name: text_of_cell(cell) for name, cell in record.items()} for record in records]

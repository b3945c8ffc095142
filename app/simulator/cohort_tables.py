"""`truth.csv` and `lesions.csv`: grown case by case, mended after an interruption."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from app.errors import AppError
from app.files import refused, whole, write_whole
from app.simulator.export import AGAIN, LESION_COLUMNS, TRUTH_COLUMNS, Row


class CohortTables:
    """The two tables of a cohort folder, open for appending.

    A case counts as made once its row stands in `truth.csv`; its lesions are written before. What an
    interruption left behind (half a line, lesions without their case) is removed on opening.
    """

    def __init__(self, out: Path) -> None:
        self._truth, self._lesions = out / "truth.csv", out / "lesions.csv"
        self.made: set[str] = set()
        _mend(self._truth, TRUTH_COLUMNS, lambda row: self._is_new(row["case"]))
        _mend(self._lesions, LESION_COLUMNS, lambda row: row["case"] in self.made)
        self._open()

    def _open(self) -> None:
        self._files = [path.open("ab") for path in (self._lesions, self._truth)]

    def _is_new(self, case: str) -> bool:
        new = case not in self.made
        self.made.add(case)
        return new

    def add(self, truth: Row, lesions: list[Row]) -> None:
        """Append one finished case; raises AppError when the disk refuses."""
        if truth["case"] in self.made:  # its files were lost, its rows were not
            return
        contents = _text(LESION_COLUMNS, lesions), _text(TRUTH_COLUMNS, [truth])
        try:
            for file, content in zip(self._files, contents, strict=True):
                file.write(content)
                file.flush()
        except OSError as error:
            raise refused(self._truth, error, AGAIN) from error
        self.made.add(truth["case"])

    def sort(self) -> None:
        """Bring rows that were added by parts into the order of the cases.

        Nothing holds a table while another takes its place: Windows would refuse that.
        """
        self.close()
        for path, columns in ((self._truth, TRUTH_COLUMNS), (self._lesions, LESION_COLUMNS)):
            if _ordered(path, columns):
                continue
            rows = sorted(_rows(path, columns), key=lambda row: row["case"])
            write_whole(path, _header(columns) + _text(columns, rows), AGAIN)
        self._open()

    def close(self) -> None:
        """Close both files; what could not be flushed was reported when it was written."""
        for file in self._files:
            try:
                file.close()
            except OSError:
                continue

    def __enter__(self) -> CohortTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _mend(path: Path, columns: tuple[str, ...], wanted: Callable[[Row], bool]) -> None:
    """Keep the complete and wanted rows; row by row, so that memory stays flat."""
    try:
        with whole(path) as file:
            file.write(_header(columns))
            for row in _rows(path, columns):
                if wanted(row):
                    file.write(_text(columns, [row]))
    except OSError as error:
        raise refused(path, error, AGAIN) from error


def _rows(path: Path, columns: tuple[str, ...]) -> Generator[Row]:
    """The complete rows of a table; raises AppError on another table's columns."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(line for line in file if line.endswith("\n"))
        if reader.fieldnames and tuple(reader.fieldnames) != columns:
            raise AppError(
                f"{path.name} has other columns than this simulator writes.", "Choose an empty folder."
            )
        yield from reader


def _ordered(path: Path, columns: tuple[str, ...]) -> bool:
    """Whether the cases stand in order; row by row, and the table is closed when it is known."""
    with closing(_rows(path, columns)) as rows:
        return all(earlier <= later for earlier, later in pairwise(row["case"] for row in rows))


def _header(columns: tuple[str, ...]) -> bytes:
    return (",".join(columns) + "\n").encode("utf-8")


def _text(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO()
    csv.DictWriter(buffer, columns, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")

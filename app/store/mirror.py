"""The second copy of the results: one append-only file of JSON lines per reader, in another folder.

A copy that cannot be written never stops a reader, because the answer is durable in the database; the
problem is kept in `problem`, and the next time everything that is missing is written first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.errors import AppError
from app.files import append_lines, cut_off, refusal
from app.language import for_later, tr
from app.study.canonical import lines_of
from app.study.chain import DurableStep, Head, copy_line, line_end, whole_lines

Missing = Callable[[Head], Sequence[DurableStep]]


class Mirror:
    """Appends what was committed to a file of its own, and flushes it to the disk."""

    called = for_later("The second copy")

    def __init__(self, folder: Path, study: str, reader: str, missing: Missing) -> None:
        """`missing` gives, from the database, what came after the place where the copy ends."""
        self.file = folder / f"{study}-{reader}.jsonl"
        self.problem = ""
        self._missing = missing
        self._end: tuple[int, int] | None = None

    def append(self, batch: DurableStep) -> None:
        """Copy one committed batch."""
        before = batch.before
        try:
            if self._end is None:
                self._end = self._repair()
            if self._end == (before.readings, before.events):
                self._write([batch])
            elif self._end[0] > before.readings or self._end[1] > before.events:
                raise ValueError("the copy goes further than the database")
            else:
                ended = Head(self._end[0], "", self._end[1], "")
                self._write(self._missing(ended))
            self.problem = ""
        except (OSError, AppError) as error:
            self._end = None
            reason = error.message if isinstance(error, AppError) else refusal(error)
            self.problem = tr(
                "{place} could not be written: {why}.", place=tr(self.called), why=reason.rstrip(".")
            )
        except ValueError:
            self._end = None
            self.problem = tr(
                "{place} {file} is damaged, or goes further than the database; "
                "restore the study from it, or move it away and a new one is made.",
                place=tr(self.called),
                file=self.file.name,
            )

    def _write(self, batches: Sequence[DurableStep]) -> None:
        lines = [self._line(batch) for batch in batches]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        append_lines(self.file, lines)
        if batches:
            self._end = batches[-1].end

    def _line(self, batch: DurableStep) -> str:
        return copy_line(batch)

    def _repair(self) -> tuple[int, int]:
        """Where the copy ends; a line that a crash left half-written is taken away."""
        if not self.file.is_file():
            return 0, 0
        content = self.file.read_bytes()
        whole = whole_lines(content)
        if len(whole) != len(content):
            cut_off(self.file, len(whole))
        lines = lines_of(whole)
        return line_end(lines[-1]) if lines else (0, 0)

"""The second copy of the results: one append-only file of JSON lines per reader, in another folder.

A copy that cannot be written never stops a reader, because the answer is durable in the database; the
problem is kept in `problem`, and the next time everything that is missing is written first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.study.canonical import JsonValue, lines_of, to_plain
from app.study.chain import Head, chain_text
from app.study.events import Event
from app.study.reading import Reading

Missing = Callable[[Head], Sequence[tuple[Head, Sequence[Event], Reading | None]]]


class Mirror:
    """Appends what was committed to a file of its own, and flushes it to the disk."""

    called = "The second copy"

    def __init__(self, folder: Path, study: str, reader: str, missing: Missing) -> None:
        """`missing` gives, from the database, what came after the place where the copy ends."""
        self.file = folder / f"{study}-{reader}.jsonl"
        self.problem = ""
        self._missing = missing
        self._end: tuple[int, int] | None = None

    def append(self, before: Head, events: Sequence[Event], reading: Reading | None) -> None:
        """Copy one committed batch that followed `before`."""
        try:
            if self._end is None:
                self._end = self._repair()
            if self._end == (before.readings, before.events):
                self._write([(before, events, reading)])
            elif self._end[0] > before.readings or self._end[1] > before.events:
                raise ValueError("the copy goes further than the database")
            else:
                ended = Head(self._end[0], "", self._end[1], "")
                self._write(self._missing(ended))
            self.problem = ""
        except (OSError, AppError) as error:
            self._end = None
            reason = error.message if isinstance(error, AppError) else error.strerror or "unknown reason"
            self.problem = f"{self.called} could not be written: {reason.rstrip('.')}."
        except ValueError:
            self._end = None
            self.problem = (
                f"{self.called} {self.file.name} is damaged, or goes further than the database; "
                "restore the study from it, or move it away and a new one is made."
            )

    def _write(self, batches: Sequence[tuple[Head, Sequence[Event], Reading | None]]) -> None:
        lines = [self._line(before, events, reading) for before, events, reading in batches]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        if batches:
            before, events, reading = batches[-1]
            self._end = (before.readings + (reading is not None), before.events + len(events))

    def _line(self, before: Head, events: Sequence[Event], reading: Reading | None) -> str:
        return copy_line(before, events, reading)

    def _repair(self) -> tuple[int, int]:
        """Where the copy ends; a line that a crash left half-written is taken away."""
        if not self.file.is_file():
            return 0, 0
        content = self.file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            with self.file.open("r+b") as file:
                file.truncate(len(whole))
        lines = lines_of(whole)
        return copy_end(lines[-1]) if lines else (0, 0)


def copy_body(before: Head, events: Sequence[Event], reading: Reading | None) -> dict[str, JsonValue]:
    """One batch as plain values."""
    return {
        "readings_before": before.readings,
        "events_before": before.events,
        "events": [to_plain(event) for event in events],
        "reading": to_plain(reading),
    }


def copy_line(before: Head, events: Sequence[Event], reading: Reading | None) -> str:
    """One batch as a line that carries its own hash."""
    body = copy_body(before, events, reading)
    return json.dumps({**body, "sha256": chain_text([body])}, ensure_ascii=False, sort_keys=True)


def copy_end(line: str) -> tuple[int, int]:
    """How many readings and events there are up to and with this line; raises ValueError for a bad one."""
    body: dict[str, Any] = json.loads(line)  # Any: JSON
    try:
        readings = int(body["readings_before"]) + (body["reading"] is not None)
        return readings, int(body["events_before"]) + len(body["events"])
    except (KeyError, TypeError) as error:
        raise ValueError("the line is no batch of a copy") from error

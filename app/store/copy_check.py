"""Compares the second copy of a reader's results with the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.store.opening import OpenStudy
from app.study.chain import BadLineError, DurableStep, copy_batches
from app.wording import counted


@dataclass(frozen=True)
class CopyState:
    """How a reader's copy stands to the database: `problem` is empty where all that is in it is right.

    `behind`: so many readings at the end of the database it does not have yet.
    """

    problem: str = ""
    behind: int = 0


def check_copy(study: OpenStudy, reader: str, folder: Path) -> CopyState:
    """Whether the copy is whole, says what the database says, and is up to date."""
    file = study.mirror(reader, folder).file
    hashes = {reading.number: reading.sha256 for reading in study.readings.stored(reader)}
    if not file.is_file():
        read = hashes or study.readings.head(reader)
        return CopyState(f"The second copy {file.name} is missing." if read else "")
    copied = 0
    try:
        for batch in copy_batches(file.read_bytes(), whole=True):
            reading = batch.reading
            if reading is not None:
                copied += 1
                if hashes.get(reading.number) != reading.sha256:
                    said = f"reading {reading.number} of {reader}"
                    where = f"The second copy {file.name}, line {batch.line}"
                    return CopyState(f"{where}: {said} differs from the database.")
    except BadLineError as error:
        return CopyState(f"The second copy {file.name}, line {error.line}, {error}.")
    return CopyState(behind=len(hashes) - copied)


def catch_up(study: OpenStudy, reader: str, folder: Path, behind: int) -> str:
    """Write into the copy what it lacks, as after a crash between commit and copy; gives what to say."""
    mirror = study.mirror(reader, folder)
    head = study.readings.head(reader)
    if head is not None:
        mirror.append(DurableStep(head, ()))
    lacked = f"The second copy {mirror.file.name} lacked the last {counted(behind, 'reading')}"
    return f"{lacked}. {mirror.problem}" if mirror.problem else f"{lacked}; they are written there now."

"""Compares the second copy of a reader's results with the database."""

from __future__ import annotations

from pathlib import Path

from app.store.opening import OpenStudy
from app.study.chain import BadLineError, copy_batches
from app.wording import counted


def check_copy(study: OpenStudy, reader: str, folder: Path) -> list[str]:
    """What is wrong with the copy: a changed line, a reading that differs, or an end that is missing."""
    file = study.mirror(reader, folder).file
    hashes = {reading.number: reading.sha256 for reading in study.readings.stored(reader)}
    if not file.is_file():
        read = hashes or study.readings.head(reader)
        return [f"The second copy {file.name} is missing."] if read else []
    copied = 0
    try:
        for batch in copy_batches(file.read_bytes(), whole=True):
            reading = batch.reading
            if reading is not None:
                copied += 1
                if hashes.get(reading.number) != reading.sha256:
                    said = f"reading {reading.number} of {reader}"
                    where = f"The second copy {file.name}, line {batch.line}"
                    return [f"{where}: {said} differs from the database."]
    except BadLineError as error:
        return [f"The second copy {file.name}, line {error.line}, {error}."]
    if copied != len(hashes):
        return [f"The second copy {file.name} has {copied:,} of {counted(len(hashes), 'reading')}."]
    return []

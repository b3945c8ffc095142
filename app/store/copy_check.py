"""Compares the second copy of a reader's results with the database."""

from __future__ import annotations

import json
from pathlib import Path

from app.store.opening import OpenStudy
from app.study.chain import chain_text
from app.wording import counted


def check_copy(study: OpenStudy, reader: str, folder: Path) -> list[str]:
    """What is wrong with the copy: a changed line, a reading that differs, or an end that is missing."""
    file = study.mirror(reader, folder).file
    hashes = {reading.number: reading.sha256 for reading in study.readings.stored(reader)}
    if not file.is_file():
        read = hashes or study.readings.head(reader)
        return [f"The second copy {file.name} is missing."] if read else []
    copied = 0
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                body = json.loads(line)
                claimed = body.pop("sha256")
            except (ValueError, KeyError, AttributeError):
                return [f"The second copy {file.name}, line {number}, is not readable."]
            if chain_text([body]) != claimed:
                return [f"The second copy {file.name}, line {number}, was changed."]
            reading = body["reading"]
            if reading is not None:
                copied += 1
                if hashes.get(reading["number"]) != reading["sha256"]:
                    said = f"reading {reading['number']} of {reader}"
                    return [f"The second copy {file.name}, line {number}: {said} differs from the database."]
    if copied != len(hashes):
        return [f"The second copy {file.name} has {copied:,} of {counted(len(hashes), 'reading')}."]
    return []

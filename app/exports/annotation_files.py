"""What each reader marked, as annotation files of the program: for `report`, `quantify` and `masks`."""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats import native
from app.exports.export import Export, StudyExport


def write(export: StudyExport, folder: Path) -> list[Path]:
    """Write `annotations/READER-ARM/CASE.annotation.json` for every answer, also one without a mark."""
    files: list[Path] = []
    for who, labels in export.annotations():
        files += native.write(folder / "annotations" / who, labels)
    return files


ANNOTATIONS = Export("annotations", "Marks of each reader as annotation files, for reports", write)

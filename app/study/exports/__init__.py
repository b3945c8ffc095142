"""How the results of a study leave the program; adding a format is a file and a line in `EXPORTS`."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Protocol

from app.study.exports import annotation_files, csv_table, imrmc, mrmcaov, rjafroc, spreadsheet
from app.study.exports.table import StudyExport


class Export(Protocol):
    """What a module in this folder offers."""

    NAME: str
    DESCRIPTION: str

    def write(self, export: StudyExport, folder: Path) -> list[Path]:
        """Write into the folder and return what was written."""


EXPORTS: tuple[ModuleType, ...] = (csv_table, spreadsheet, imrmc, rjafroc, mrmcaov, annotation_files)
"""Each module has NAME, DESCRIPTION and write(export, folder), see `Export`."""

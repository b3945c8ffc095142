"""Which rows of the library are shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from app.workflows.scans.scan_row import ScanRow


class ShownScans(StrEnum):
    """The choices of the filter."""

    ALL = "All"
    USABLE = "Scans"
    CONFIRM = "To confirm"
    WARNINGS = "With warnings"
    UNUSABLE = "Cannot be used"

    def takes(self, row: ScanRow) -> bool:
        """Whether the row belongs to this choice."""
        match self:
            case ShownScans.ALL:
                return True
            case ShownScans.USABLE:
                return row.usable
            case ShownScans.CONFIRM:
                return row.needs_confirmation
            case ShownScans.WARNINGS:
                return row.usable and bool(row.warnings)
            case ShownScans.UNUSABLE:
                return not row.usable


def filtered(rows: Sequence[ScanRow], show: ShownScans, text: str) -> tuple[ScanRow, ...]:
    """The rows of a choice whose case, file name, warning or reason holds the text."""
    wanted = text.casefold().strip()
    return tuple(row for row in rows if show.takes(row) and (not wanted or wanted in _words(row)))


def counts(rows: Sequence[ScanRow]) -> dict[ShownScans, int]:
    """How many rows each choice has."""
    return {show: sum(map(show.takes, rows)) for show in ShownScans}


def _words(row: ScanRow) -> str:
    names = " ".join(file.name for file in row.files)
    return f"{row.code} {row.case} {names} {' '.join(row.warnings)} {row.reason}".casefold()

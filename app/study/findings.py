"""What a preflight found: one readable line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    BLOCKING = "blocking"
    """Reading should not begin before it is put right."""
    WARNING = "warning"
    """Somebody should look at it."""
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing about a study or one of its cases; `case` is empty when it concerns the whole study."""

    severity: Severity
    text: str
    remedy: str = ""
    case: str = ""

    @property
    def sentence(self) -> str:
        """The finding as one line."""
        where = f"case {self.case}: " if self.case else ""
        return f"{self.severity.value}: {where}{self.text} {self.remedy}".strip()

"""How far one case is with one reader in one arm: words and signs that give no answer away."""

from __future__ import annotations

from enum import StrEnum


class Cell(StrEnum):
    """What the coordinator may know of a cell."""

    UNASSIGNED = "not assigned"
    OPEN = "to be read"
    INTERRUPTED = "begun, not finished"
    LOCKED = "first answer locked"
    DONE = "read"
    SKIPPED = "skipped"
    TECHNICAL = "technical problem"

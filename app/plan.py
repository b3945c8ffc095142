"""What can be decided of an analysis before there is anything to analyse.

A protocol says it and the analysis does it; neither needs to know the other.
"""

from __future__ import annotations

from enum import StrEnum


class PlannedCases(StrEnum):
    """What becomes of cases on which the algorithm was planned to be wrong or absent."""

    LEFT_OUT = "left out"
    KEPT = "kept"

"""What the protocol says about the analysis, before anybody has read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.plan import PlannedCases


class Interim(StrEnum):
    """Whether the readings may be analysed before all of them were given."""

    ALLOWED = "allowed"
    """When somebody says that an interim analysis is meant; it is recorded."""
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class AnalysisRules:
    """The plan of the analysis, frozen with the protocol."""

    planned_cases: PlannedCases = PlannedCases.LEFT_OUT
    """What becomes of cases on which the AI is planned to be wrong or absent."""
    interim: Interim = Interim.ALLOWED

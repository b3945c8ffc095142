"""What the protocol says about the analysis, before anybody has read."""

from __future__ import annotations

from dataclasses import dataclass

from app.plan import PlannedCases


@dataclass(frozen=True)
class AnalysisRules:
    """The plan of the analysis, frozen with the protocol."""

    planned_cases: PlannedCases = PlannedCases.LEFT_OUT
    """What becomes of cases on which the AI is planned to be wrong or absent."""

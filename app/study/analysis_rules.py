"""What the protocol says about the analysis, before anybody has read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.plan import (
    AnalysisPlan,
    AnalysisSet,
    CovarianceMethod,
    Generalise,
    Multiplicity,
    PlannedCases,
    hypothesis,
)


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
    hypotheses: tuple[str, ...] = ()
    """In the order in which they are tested, the primary one first; see `app.analysis.hypotheses`."""
    multiplicity: Multiplicity = Multiplicity.SEQUENCE
    alpha: float = 0.05
    """Two-sided; a one-sided test has half of it."""
    inference: Generalise = Generalise.BOTH
    covariance: CovarianceMethod = CovarianceMethod.JACKKNIFE
    analysis_set: AnalysisSet = AnalysisSet.ALL
    """The reads on which everything is computed; the other set is reported beside it."""
    subgroups: tuple[str, ...] = ()
    """Parts of the cases or readers that are reported by plan; see `app.subgroup`."""

    @property
    def plan(self) -> AnalysisPlan | None:
        """The plan of the tests, None without hypotheses; raises ValueError for a line that is none."""
        if not self.hypotheses:
            return None
        lines = tuple(hypothesis(line) for line in self.hypotheses)
        return AnalysisPlan(lines, self.multiplicity, self.alpha, self.inference, self.covariance)

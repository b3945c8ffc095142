"""What an analysis is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.plan import AnalysisPlan, AnalysisSet, CovarianceMethod, Generalise, PlannedCases
from app.subgroup import Subgroup


@dataclass(frozen=True)
class AnalysisOptions:
    """The choices of an analysis; the defaults are those of the command line.

    `margin` is the non-inferiority margin of AUC, `model` the algorithm whose advice aided readers saw where
    no record tells (the first one when empty).
    """

    bootstrap: int = 2000
    stratified: bool = True
    seed: int = 1
    margin: float = 0.05
    generalise: Generalise = Generalise.BOTH
    covariance: CovarianceMethod = CovarianceMethod.JACKKNIFE
    model: str = ""
    planned_cases: PlannedCases = PlannedCases.LEFT_OUT
    plan: AnalysisPlan | None = None
    """Hypotheses that were fixed before reading; everything else is then exploratory."""
    specificity: float = 0.9
    """Where sensitivity is read off the curve, and from where on the partial area is taken."""
    analysis_set: AnalysisSet = AnalysisSet.ALL
    planned_subgroups: tuple[Subgroup, ...] = ()
    """By the protocol."""
    subgroups: tuple[Subgroup, ...] = ()
    """Asked for beside them; exploratory."""

    def with_readers_fixed(self) -> AnalysisOptions:
        """The same for one reader alone, who stands for no others."""
        return replace(self, generalise=Generalise.CASES)

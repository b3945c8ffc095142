"""Rows of the left end of the ROC curve, of net benefit, and of models of time and right calls.

Their field names are keys of `analysis.json`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.analysis.placements import Floats


@dataclass(frozen=True)
class ModelTerm:
    """One term with everything else in the model: `beta` on the log scale, `ratio` its exponential."""

    term: str
    beta: float
    se: float
    df: float
    p: float
    ratio: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class TimeModel:
    """Log seconds by a mixed model; standard deviations of the random intercepts and of the rest, log scale.

    `left_out`: terms that the design does not tell apart from others.
    """

    reads: int
    readers: int
    cases: int
    terms: tuple[ModelTerm, ...]
    left_out: tuple[str, ...]
    sd_reader: float
    sd_case: float
    sd_reader_arm: float
    sd_residual: float


@dataclass(frozen=True)
class AccuracyModel:
    """Odds of a right call by estimating equations, readers fixed and cases random."""

    reads: int
    readers: int
    cases: int
    terms: tuple[ModelTerm, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class HighSpecificity:
    """The left end of the ROC curve down to `specificity`: standardised partial area, sensitivity there.

    Of a reader or algorithm, of the readers' mean, or a difference of means ("aided − unaided" as arm).
    """

    arm: str
    reader: str
    specificity: float
    partial_area: float
    partial_area_ci: tuple[float, float]
    sensitivity: float
    sensitivity_ci: tuple[float, float]


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """One rater's net benefit at `benefit.THRESHOLDS`, float64 (thresholds,)."""

    arm: str
    reader: str
    net_benefit: Floats


@dataclass(frozen=True)
class RegionRow:
    """One region of the checklist in one arm, over the readers, with their agreement (Gwet's AC1).

    `diseased` cases have disease there, `normal` ones none there, whatever they have elsewhere.
    """

    region: str
    arm: str
    diseased: int
    normal: int
    sensitivity: float
    sensitivity_ci: tuple[float, float]
    specificity: float
    specificity_ci: tuple[float, float]
    gwet_ac1: float
    gwet_ac1_ci: tuple[float, float]

"""Rows of what the protocol decided before anybody read: its hypotheses, and cases of a planned answer.

Their field names are keys of `analysis.json`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.analysis.operating import OperatingPoint


@dataclass(frozen=True)
class PlannedTest:
    """One hypothesis of the plan: the estimate (a difference, or a ratio of times) with its interval at the
    plan's level, p as the test has it, and `p_adjusted`, which is held against the plan's alpha.
    """

    number: int
    hypothesis: str
    kind: str
    estimate: float
    ci: tuple[float, float]
    df: float
    p: float
    p_adjusted: float
    shown: bool
    confirmatory: bool


@dataclass(frozen=True)
class PlannedReads:
    """How one reader did in one arm on the cases of which the algorithm's answer was planned.

    `auc` is NaN where the cases are of one class. Nothing is tested: these cases are few and chosen.
    """

    plan: str
    arm: str
    reader: str
    n: int
    point: OperatingPoint
    auc: float

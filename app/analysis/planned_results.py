"""Rows of what the protocol decided before anybody read: hypotheses, subgroups, cases of a planned answer.

Their field names are keys of `analysis.json`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.analysis.operating import OperatingPoint
from app.plan import Generalise


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


@dataclass(frozen=True)
class SubsetRow:
    """The comparison of two arms in a part of the study, first minus second; one arm alone has no `second`.

    `planned`: by the protocol. `unknown`: cases or readers of whom the attribute is not known, who are in no
    subgroup. Where the part has not both classes all numbers are NaN and `generalise` is None.
    """

    subset: str
    planned: bool
    readers: int
    cases: int
    diseased: int
    reads: int
    unknown: int
    measure: str
    first: str
    second: str
    first_mean: float
    second_mean: float
    estimate: float
    se: float
    df: float
    p: float
    ci: tuple[float, float]
    generalise: Generalise | None


@dataclass(frozen=True)
class SubgroupContrast:
    """How much more the arms differ in one subgroup than in another: (first - second arm) in `subset` minus
    the same in `other`, with a test of its own. Without a variance, or a reader for it, it has no p.
    """

    subset: str
    other: str
    planned: bool
    measure: str
    first: str
    second: str
    readers: int
    estimate: float
    se: float
    df: float
    p: float
    ci: tuple[float, float]
    generalise: Generalise

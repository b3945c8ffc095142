"""The p-values of hypotheses that were fixed before anybody read, and what several of them do to each other.

Several are tested in their order (Maurer, Hothorn & Lehmacher 1995) or by Holm 1979.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.distributions import t_two_sided, t_upper
from app.plan import Endpoint, Hypothesis, Multiplicity, Relation


@dataclass(frozen=True)
class Contrast:
    """First arm against second on the scale of the test: difference, or log of the ratio."""

    estimate: float
    se: float
    df: float


def p_value(tested: Hypothesis, contrast: Contrast) -> float:
    """p: one-sided, two-sided, or the larger of two one-sided ones; NaN without a standard error."""
    if not contrast.se > 0:
        return math.nan
    above, below = tested.margin, tested.margin
    if tested.endpoint is Endpoint.TIME:  # 1 + margin to either side
        above = below = math.log1p(tested.margin)
    greater = t_upper((contrast.estimate + below) / contrast.se, contrast.df)
    less = t_upper((above - contrast.estimate) / contrast.se, contrast.df)
    match tested.relation:
        case Relation.GREATER:
            return greater
        case Relation.LESS:
            return less
        case Relation.EQUIVALENT:
            return max(greater, less)
        case Relation.DIFFERENT:
            return t_two_sided(contrast.estimate / contrast.se, contrast.df)


def compared(tested: Hypothesis, p: float) -> float:
    """The p that is held against the two-sided alpha: a one-sided one counts twice."""
    return p if tested.relation is Relation.DIFFERENT else min(1.0, 2.0 * p)


def adjusted(values: Sequence[float], multiplicity: Multiplicity) -> list[float]:
    """Adjusted p-values; one that cannot be computed (NaN) stops the sequence and counts as 1 for Holm."""
    if multiplicity is Multiplicity.NONE:
        return list(values)
    known = [1.0 if math.isnan(p) else p for p in values]
    order = list(range(len(known)))
    factors = [1] * len(known)
    if multiplicity is Multiplicity.HOLM:
        order.sort(key=lambda place: known[place])
        factors = list(range(len(known), 0, -1))
    made, largest = [math.nan] * len(known), 0.0
    for place, factor in zip(order, factors, strict=True):
        largest = max(largest, min(1.0, factor * known[place]))
        made[place] = math.nan if math.isnan(values[place]) else largest
    return made

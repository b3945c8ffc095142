"""Intervals where all cases say the same, so that no variance can be estimated from them.

An AUC of exactly 1 has a DeLong variance of 0, and every bootstrap resample repeats it. Yet m diseased and n
normal cases hold min(m, n) pairs without a common case, independent of each other, and each was ranked
right: the interval of Clopper & Pearson 1934 for that many successes in as many trials holds whatever the
distribution of the ratings is. It is the narrowest that does: a rating that ranks a share of the rarer class
above all others and the rest below them makes a perfect AUC just as likely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.analysis.placements import Bools
from app.analysis.proportions import proportion

NOTHING = (math.nan, math.nan)


@dataclass(frozen=True, eq=False)
class Unvarying:
    """Where the cases leave no variance: `constant`, bool (arms, readers), True where all pairs of cases (or
    all cases) gave one value; `cases`, how many independent ones everybody read.
    """

    constant: Bools
    cases: int


def exact_interval(value: float, draws: int, low: float = 0.0, high: float = 1.0) -> tuple[float, float]:
    """The 95 % interval of the mean of a quantity in [low, high] that was `value` in all independent draws.

    At most the upper limit of Clopper & Pearson 1934 for 0 of `draws` is the share of draws that would have
    been another value, at worst `low` or `high`. NaN below two draws: one says nothing.
    """
    if draws < 2:
        return NOTHING
    otherwise = proportion(0, draws).clopper_pearson[1]
    return value - (value - low) * otherwise, value + (high - value) * otherwise

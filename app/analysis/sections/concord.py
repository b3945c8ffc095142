"""Agreement: readers with each other within an arm, each reader with themselves between arms."""

from __future__ import annotations

import numpy as np

from app.analysis.agreement import coded, coded_agreement, group_agreement
from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.results import Agreement, GroupKappa, PairKappa, WeightedKappa, rater_label

_FEW_LEVELS = 10
"""With more levels than this, exact agreement on a rating means little and is not reported."""


def agreement(readings: Readings) -> Agreement:
    """All kappas that the readings allow."""
    readers = len(readings.readers)
    pairs = [
        ((arm, one), (arm, two))
        for arm in range(len(readings.arms))
        for one in range(readers)
        for two in range(one + 1, readers)
    ]
    pairs += [
        ((first, reader), (second, reader))
        for reader in range(readers)
        for first in range(len(readings.arms))
        for second in range(first + 1, len(readings.arms))
    ]
    (levels, ratings), (answers, calls) = coded(readings.rating), coded(readings.call)
    few = len(levels) <= _FEW_LEVELS
    cohen: list[PairKappa] = []
    weighted: list[WeightedKappa] = []
    for one, two in pairs:
        first, second = (
            rater_label(readings.arms[arm], readings.readers[reader]) for arm, reader in (one, two)
        )
        rating = coded_agreement(levels, ratings[one], ratings[two])
        if rating.n:
            weighted.append(WeightedKappa(first, second, rating.n, rating.linear, rating.quadratic))
            if few:
                cohen.append(PairKappa(first, second, "rating", rating.n, rating.unweighted))
        call = coded_agreement(answers, calls[one], calls[two])
        if call.n:
            cohen.append(PairKappa(first, second, "call", call.n, call.unweighted))
    groups = [
        GroupKappa(name, what, group_agreement(values[arm]))
        for arm, name in enumerate(readings.arms)
        for what, values in _values(readings, few)
        if readers > 1 and (~np.isnan(values[arm])).any()
    ]
    return Agreement(tuple(cohen), tuple(groups), tuple(weighted))


def _values(readings: Readings, few: bool) -> tuple[tuple[str, Floats], ...]:
    call = ("call", readings.call)
    return (("rating", readings.rating), call) if few else (call,)

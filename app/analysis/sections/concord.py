"""Agreement: readers with each other within an arm, each reader with themselves between arms and in hidden
repeats.
"""

from __future__ import annotations

import math

import numpy as np

from app.analysis.agreement import coded, coded_agreement, group_agreement, pair_agreement
from app.analysis.placements import Floats
from app.analysis.readings import Readings, RepeatedRead
from app.analysis.reliability import fleiss_kappa, gwet_ac1, intraclass
from app.analysis.results import (
    Agreement,
    ArmIntraclass,
    GroupKappa,
    IntraReader,
    PairKappa,
    WeightedKappa,
    rater_label,
)

_PLACES = ("first", "second")
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
            linear, quadratic = (rating.linear, rating.linear_ci), (rating.quadratic, rating.quadratic_ci)
            weighted.append(WeightedKappa(first, second, rating.n, *linear, *quadratic))
            if few:
                plain = rating.unweighted, rating.unweighted_ci
                cohen.append(PairKappa(first, second, "rating", rating.n, *plain))
        call = coded_agreement(answers, calls[one], calls[two])
        if call.n:
            cohen.append(PairKappa(first, second, "call", call.n, call.unweighted, call.unweighted_ci))
    groups = [
        GroupKappa(name, what, group_agreement(values[arm]), gwet_ac1(values[arm]), fleiss_kappa(values[arm]))
        for arm, name in enumerate(readings.arms)
        for what, values in _values(readings, few)
        if readers > 1 and (~np.isnan(values[arm])).any()
    ]
    found = [
        ArmIntraclass(arm, intraclass(_readers_of(ratings)))
        for arm, ratings in zip(readings.arms, readings.rating, strict=True)
    ]
    correlations = tuple(row for row in found if row.ratings.n > 1)
    return Agreement(tuple(cohen), tuple(groups), tuple(weighted), intra_reader(readings), correlations)


def _readers_of(ratings: Floats) -> Floats:
    """Those who rated anything in an arm, float64 (raters, cases)."""
    return np.asarray(ratings[(~np.isnan(ratings)).any(axis=1)])


def intra_reader(readings: Readings) -> tuple[IntraReader, ...]:
    """How far each reader agrees with themselves on the cases they were shown twice, per arm."""
    pairs: dict[tuple[str, str], list[RepeatedRead]] = {}
    for repeat in readings.repeats:
        pairs.setdefault((repeat.arm, repeat.reader), []).append(repeat)
    return tuple(
        _with_themselves(arm, reader, pairs[arm, reader])
        for arm in readings.arms
        for reader in readings.readers
        if (arm, reader) in pairs
    )


def _with_themselves(arm: str, reader: str, repeats: list[RepeatedRead]) -> IntraReader:
    first, second = (np.array([getattr(one, f"{place}_rating") for one in repeats]) for place in _PLACES)
    one, two = (np.array([getattr(each, f"{place}_call") for each in repeats]) for place in _PLACES)
    rating, call = pair_agreement(first, second), pair_agreement(one, two)
    both = ~np.isnan(one) & ~np.isnan(two)
    return IntraReader(
        arm=arm,
        reader=reader,
        n=rating.n,
        n_calls=call.n,
        call_agreement=float(np.mean(one[both] == two[both])) if call.n else math.nan,
        call_kappa=call.unweighted,
        linear=rating.linear,
        quadratic=rating.quadratic,
        mean_absolute_difference=float(np.abs(second - first).mean()),
        mean_difference=float((second - first).mean()),
    )


def _values(readings: Readings, few: bool) -> tuple[tuple[str, Floats], ...]:
    call = ("call", readings.call)
    return (("rating", readings.rating), call) if few else (call,)

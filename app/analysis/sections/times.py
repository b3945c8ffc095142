"""Reading times per reader and arm, their ratios, and what the order did."""

from __future__ import annotations

import numpy as np

from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.results import ArmTimeRatio, ReaderOrder, ReaderRatio, ReaderTime, ReadingTimes
from app.analysis.timing import (
    TimeSpan,
    additive_time_model,
    crossed_time_ratio,
    order_effect,
    summarise_times,
    time_ratio,
)


def times(readings: Readings) -> ReadingTimes | None:
    """All times, or None when nothing was timed; ratios are later arm over earlier arm."""
    if not readings.has_times:
        return None
    cells = [(i, j) for i in range(len(readings.arms)) for j in range(len(readings.readers))]
    named = [
        (readings.arms[i], readings.readers[j], readings.seconds[i, j], readings.position[i, j])
        for i, j in cells
    ]
    summaries = [
        ReaderTime(arm, reader, summarise_times(seconds), readings.span(arm))
        for arm, reader, seconds, _ in named
    ]
    if readings.with_ai is not None:
        summaries += [
            ReaderTime(readings.arms[i], readings.readers[j], summarise_times(found), TimeSpan.WITH_AI)
            for i, j in cells
            if ((found := readings.with_ai[i, j]) > 0).any()
        ]
    orders = [(arm, reader, order_effect(seconds, position)) for arm, reader, seconds, position in named]
    ratios: list[ReaderRatio] = []
    arms: list[ArmTimeRatio] = []
    for before in range(len(readings.arms)):
        for after in range(before + 1, len(readings.arms)):
            names = readings.arms[after], readings.arms[before]
            first, second = readings.seconds[before], readings.seconds[after]
            spans = readings.span(names[0]), readings.span(names[1])
            found = [(reader, time_ratio(first[j], second[j])) for j, reader in enumerate(readings.readers)]
            ratios += [ReaderRatio(reader, *names, ratio, spans) for reader, ratio in found if ratio.n > 1]
            both = [j for j, (_, ratio) in enumerate(found) if ratio.n > 1]
            if both:
                arms.append(
                    ArmTimeRatio(
                        *names,
                        crossed_time_ratio(first[both], second[both], readings.reader_groups[both]),
                        additive_time_model(first[both], second[both]),
                        time_ratio(*_case_means(first[both], second[both])),
                        spans,
                    )
                )
    return ReadingTimes(
        tuple(row for row in summaries if row.seconds.n),
        tuple(ratios),
        tuple(arms),
        tuple(ReaderOrder(arm, reader, effect) for arm, reader, effect in orders if effect is not None),
    )


def _case_means(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Geometric means over the readers who timed a case in both arms, float64 (cases,) each."""
    both = (first > 0) & (second > 0)
    count = both.sum(axis=0)
    logs = (np.log(np.where(both, seconds, 1.0)).sum(axis=0) for seconds in (first, second))
    one, two = (np.where(count > 0, np.exp(log / np.maximum(count, 1)), np.nan) for log in logs)
    return one, two

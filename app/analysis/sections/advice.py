"""What readers did with an algorithm's advice, and how they did where that advice was planned."""

from __future__ import annotations

import numpy as np

from app.analysis.operating import operating_point
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats, placements
from app.analysis.planned_results import PlannedReads
from app.analysis.readings import Predictions, Readings
from app.analysis.reliance import reliance
from app.analysis.results import ReaderReliance
from app.analysis.shown import AiPlan

ALL = "all"


def reader_reliance(
    readings: Readings, predictions: Predictions, options: AnalysisOptions
) -> tuple[ReaderReliance, ...]:
    """Switches of each reader from the first arm to the second, in a study with an unaided and an aided arm.

    The advice is what each reader was shown, on record; where no record tells, the calls of a table of
    predictions. Where some of it was planned, the cases of each plan stand apart too.
    """
    names = [arm.lower() for arm in readings.arms]
    if "unaided" not in names or "aided" not in names:
        return ()
    before, after = names.index("unaided"), names.index("aided")
    model, advice, on_record = _advice(readings, predictions, options, after)
    rows = []
    for place, reader in enumerate(readings.readers):
        first, second = readings.call[before, place], readings.call[after, place]
        for name, among in _sets(readings):
            one, two = (np.where(among, calls, np.nan) for calls in (first, second))
            if (~np.isnan(one) & ~np.isnan(two)).any():
                told = None if advice is None else advice[place]
                found = reliance(one, two, readings.truth, told)
                arms = readings.arms[before], readings.arms[after]
                rows.append(ReaderReliance(reader, model, *arms, found, name, on_record))
    return tuple(rows)


def _advice(
    readings: Readings, predictions: Predictions, options: AnalysisOptions, arm: int
) -> tuple[str, Floats | None, bool]:
    """The algorithm, its calls float64 (readers, cases) or None, and whether they are those on record."""
    shown = readings.shown
    if shown is not None and (~np.isnan(shown.call[arm])).any():
        return shown.name, shown.call[arm], True
    model = options.model or (predictions.models[0] if predictions.models else "")
    if model not in predictions.models:
        return "", None, False
    calls = predictions.call[predictions.models.index(model)]
    if np.isnan(calls).all():
        return "", None, False
    return model, np.broadcast_to(calls, (len(readings.readers), len(calls))), False


def _sets(readings: Readings) -> list[tuple[str, Bools]]:
    """All cases, and those of each plan where there is one."""
    everything = np.ones(len(readings.cases), dtype=bool)
    shown = readings.shown
    if shown is None or not shown.planned.any():
        return [(ALL, everything)]
    return [(ALL, everything), *((plan.value, shown.cases(plan)) for plan in AiPlan)]


def planned_reads(readings: Readings) -> tuple[PlannedReads, ...]:
    """Every reader and arm on the cases that were planned wrong, and on those that were planned absent."""
    shown = readings.shown
    if shown is None:
        return ()
    rows = []
    for plan in (AiPlan.WRONG, AiPlan.ABSENT):
        among = shown.cases(plan)
        if not among.any():
            continue
        truth = readings.truth[among]
        for i, arm in enumerate(readings.arms):
            found = placements(readings.rating[i][:, among], truth).auc
            for j, reader in enumerate(readings.readers):
                calls, ratings = readings.call[i, j, among], readings.rating[i, j, among]
                n = int((~np.isnan(ratings)).sum())
                if n:
                    point = operating_point(calls, truth)
                    rows.append(PlannedReads(plan.value, arm, reader, n, point, float(found[j])))
    return tuple(rows)

"""Which cases the analysis is of: those on which the algorithm's answer was planned stand apart."""

from __future__ import annotations

import numpy as np

from app.analysis.ingest.marks import FreeResponse
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Exclusion, Predictions, Readings
from app.analysis.shown import AiPlan
from app.errors import AppError
from app.plan import AnalysisSet, PlannedCases

Analysed = tuple[Readings, Predictions, FreeResponse | None]


def primary_cases(
    readings: Readings, predictions: Predictions, marks: FreeResponse | None, options: AnalysisOptions
) -> Analysed:
    """Readings, scores and marks without the planned cases, unless the options keep them, and without those
    that were excluded from the study and of which no read is in the analysis set; marks are of all reads.

    Raises `AppError` when no diseased or no normal case would be left.
    """
    readings, predictions, marks = _without_excluded(readings, predictions, marks, options)
    shown = readings.shown
    if shown is None or not shown.planned.any() or options.planned_cases is PlannedCases.KEPT:
        return readings, predictions, marks
    keep = ~shown.planned
    if not readings.truth[keep].any() or readings.truth[keep].all():
        gone = "diseased" if not readings.truth[keep].any() else "normal"
        raise AppError(
            f"{readings.source}: on every {gone} case the AI was planned wrong or absent, so that none is "
            "left for the analysis.",
            'Keep them: --planned-cases kept, or planned_cases = "kept" under [analysis] in the protocol.',
        )
    plans = [(plan, shown.cases(plan)) for plan in (AiPlan.WRONG, AiPlan.ABSENT)]
    left_out = tuple(
        Exclusion(f"AI {plan.value}: reported apart", case=readings.cases[place])
        for plan, among in plans
        for place in np.flatnonzero(among).tolist()
    )
    fewer = marks.without({one.case for one in left_out}) if marks else None
    return readings.only(keep, left_out), predictions.only(keep), fewer


def _without_excluded(
    readings: Readings, predictions: Predictions, marks: FreeResponse | None, options: AnalysisOptions
) -> Analysed:
    if options.analysis_set is AnalysisSet.ALL or not readings.excluded:
        return readings, predictions, marks
    keep = np.array([case not in readings.excluded for case in readings.cases])
    if not readings.truth[keep].any() or readings.truth[keep].all():
        gone = "diseased" if not readings.truth[keep].any() else "normal"
        raise AppError(
            f"{readings.source}: every {gone} case was excluded, so that none is left for the analysis.",
            "Only the set of all reads can be analysed.",
        )
    return readings.only(keep), predictions.only(keep), marks

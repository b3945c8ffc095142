"""The hypotheses of the plan, tested exactly as it says, whatever else the analysis was asked to do."""

from __future__ import annotations

import math
from dataclasses import replace

from app.analysis.distributions import t_quantile
from app.analysis.hypotheses import Contrast, adjusted, compared, p_value
from app.analysis.ingest.marks import FreeResponse
from app.analysis.mrmc import ArmDifference
from app.analysis.options import AnalysisOptions
from app.analysis.planned_results import PlannedTest
from app.analysis.readings import Predictions, Readings
from app.analysis.results import ArmTimeRatio, MrmcFamily, PairedArms
from app.analysis.sections.arms import auc_family, call_family
from app.analysis.sections.aucs import stack
from app.analysis.sections.free_response import free_response
from app.analysis.sections.times import times
from app.plan import AnalysisPlan, Endpoint, Generalise, Hypothesis, Multiplicity


def planned_tests(
    readings: Readings, marks: FreeResponse | None, options: AnalysisOptions, plan: AnalysisPlan
) -> tuple[PlannedTest, ...]:
    """All hypotheses in their order; what cannot be tested is there with its reason, and shows nothing."""
    asked = replace(options, generalise=plan.generalise, covariance=plan.covariance)
    if len(readings.readers) == 1:
        asked = replace(asked, generalise=Generalise.CASES)
    families: dict[Endpoint, MrmcFamily | None] = {}
    found = []
    for one in plan.hypotheses:
        if one.endpoint is not Endpoint.TIME and one.endpoint not in families:
            families[one.endpoint] = _family(one.endpoint, readings, marks, asked)
        contrast = (
            _time(one, readings, asked.generalise)
            if one.endpoint is Endpoint.TIME
            else _difference(one, families[one.endpoint])
        )
        found.append((one, contrast, p_value(one, contrast)))
    every = adjusted([compared(one, p) for one, _, p in found], plan.multiplicity)
    return tuple(
        _row(number, one, contrast, p, p_adjusted, plan)
        for number, ((one, contrast, p), p_adjusted) in enumerate(zip(found, every, strict=True), start=1)
    )


def _row(
    number: int, one: Hypothesis, contrast: Contrast, p: float, p_adjusted: float, plan: AnalysisPlan
) -> PlannedTest:
    half = t_quantile(1.0 - plan.alpha / 2.0, contrast.df) * contrast.se
    limits = (contrast.estimate, contrast.estimate - half, contrast.estimate + half)
    estimate, low, high = (math.exp(value) for value in limits) if one.endpoint is Endpoint.TIME else limits
    return PlannedTest(
        number=number,
        hypothesis=str(one),
        kind=one.kind,
        estimate=estimate,
        ci=(low, high),
        df=contrast.df,
        p=p,
        p_adjusted=p_adjusted,
        shown=not math.isnan(p_adjusted) and p_adjusted <= plan.alpha,
        confirmatory=plan.multiplicity is not Multiplicity.NONE or number == 1,
    )


_NOTHING = Contrast(math.nan, math.nan, math.nan)


def _family(
    endpoint: Endpoint, readings: Readings, marks: FreeResponse | None, options: AnalysisOptions
) -> MrmcFamily | None:
    match endpoint:
        case Endpoint.AUC:
            nobody = Predictions.none(len(readings.cases))
            return auc_family(readings, stack(readings, nobody, options), options)
        case Endpoint.WAFROC:
            return free_response(marks, options)[1] if marks and marks.analysable else None
        case _:
            return call_family(readings, options, diseased=endpoint is Endpoint.SENSITIVITY)


def _difference(one: Hypothesis, family: MrmcFamily | None) -> Contrast:
    """The difference of two arms, from the main analysis or from that of the pair."""
    if family is None:
        return _NOTHING
    results = [*([family.main] if family.main else []), *family.pairs]
    rows: list[ArmDifference | PairedArms] = [row for result in results for row in result.differences]
    rows += family.unpaired
    for row in rows:
        sign = {(row.first, row.second): 1.0, (row.second, row.first): -1.0}.get((one.first, one.second))
        if sign is not None:
            return Contrast(sign * row.estimate, row.se, row.df)
    return _NOTHING


def _time(one: Hypothesis, readings: Readings, generalise: Generalise) -> Contrast:
    """The log ratio of two arms' times; with cases fixed there is no test of it."""
    timed = times(readings)
    for row in timed.arms if timed else ():
        sign = {(row.first, row.second): 1.0, (row.second, row.first): -1.0}.get((one.first, one.second))
        if sign is not None:
            found = _log_ratio(row, generalise)
            return replace(found, estimate=sign * found.estimate)
    return _NOTHING


def _log_ratio(row: ArmTimeRatio, generalise: Generalise) -> Contrast:
    if generalise is Generalise.BOTH and row.crossed:
        ratio, (low, high), df = row.crossed.estimate, row.crossed.ci, row.crossed.df2
    elif generalise is Generalise.CASES:
        ratio, (low, high), df = row.by_case.estimate, row.by_case.ci, float(row.by_case.n - 1)
    else:
        return _NOTHING
    whole = math.log(high / low) if low > 0 else math.nan
    return Contrast(math.log(ratio), whole / (2.0 * t_quantile(0.975, df)), df)

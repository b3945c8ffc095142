"""The whole analysis of a reader study in one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis import results
from app.analysis.ingest.marks import FreeResponse
from app.analysis.mixed import can_fit
from app.analysis.model_rows import AccuracyModel, DecisionCurve, HighSpecificity, RegionRow, TimeModel
from app.analysis.options import AnalysisOptions
from app.analysis.planned_results import PlannedReads, PlannedTest, SubgroupContrast, SubsetRow
from app.analysis.readings import Predictions, Readings
from app.analysis.remarks import remarks
from app.analysis.sections import advice, arms, aucs, calls, clinical, concord, groups, times
from app.analysis.sections.contrasts import contrasts
from app.analysis.sections.free_response import free_response
from app.analysis.sections.models import accuracy_model, time_model
from app.analysis.sections.planned_tests import planned_tests
from app.analysis.sections.primary import primary_cases
from app.analysis.sections.record import with_record
from app.analysis.sections.regions import region_rows
from app.analysis.sections.subsets import subset_rows
from app.analysis.traits import Traits, in_set
from app.progress import NoProgress, Progress, check_cancelled

_NO_OPTIMISER = "This edition of the program has no optimiser: reading times are not modelled here."


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that the readings say; `notes` are what a reader of the paper must know.

    `readings`, `predictions` and all that follows from them are of the cases that are analysed; `reliance`
    and `planned` also of those on which the algorithm was planned to be wrong or absent.
    """

    readings: Readings
    predictions: Predictions
    options: AnalysisOptions
    auc: tuple[results.RaterAuc, ...]
    models: tuple[results.RaterAuc, ...]
    paired: tuple[results.PairedAuc, ...]
    mrmc: results.MrmcFamily
    mrmc_sensitivity: results.MrmcFamily | None
    mrmc_specificity: results.MrmcFamily | None
    ai_vs_readers: tuple[results.AgainstReaders, ...]
    operating: tuple[results.RaterOperating, ...]
    mcnemar: tuple[results.PairedCalls, ...]
    two_proportions: tuple[results.UnpairedCalls, ...]
    call_odds: tuple[results.CallOdds, ...]
    agreement: results.Agreement
    time: results.ReadingTimes | None
    time_model: TimeModel | None
    accuracy_model: AccuracyModel | None
    planned_tests: tuple[PlannedTest, ...]
    subsets: tuple[SubsetRow, ...]
    subgroup_contrasts: tuple[SubgroupContrast, ...]
    reliance: tuple[results.ReaderReliance, ...]
    planned: tuple[PlannedReads, ...]
    groups: tuple[results.GroupSummary, ...]
    calibration: tuple[results.RaterCalibration, ...]
    curves: tuple[results.ArmCurve, ...]
    high_specificity: tuple[HighSpecificity, ...]
    decision_curves: tuple[DecisionCurve, ...]
    regions: tuple[RegionRow, ...]
    free_response: FreeResponse | None
    froc: tuple[results.ReaderFroc, ...]
    mrmc_wafroc: results.MrmcFamily | None
    notes: tuple[str, ...]


def analyse_study(
    readings: Readings,
    predictions: Predictions | None = None,
    options: AnalysisOptions | None = None,
    marks: FreeResponse | None = None,
    progress: Progress | None = None,
    traits: Traits | None = None,
) -> Analysis:
    """Analyse all that is there; what the design does not allow is absent and named in `notes`."""
    progress = progress or NoProgress()
    options = options or AnalysisOptions()
    predictions = with_record(predictions or Predictions.none(len(readings.cases)), readings.shown)
    traits = traits or Traits()
    every, readings = readings, in_set(readings, options.analysis_set)
    reliance = advice.reader_reliance(readings, predictions, options)
    planned = advice.planned_reads(readings)
    readings, predictions, marks = primary_cases(readings, predictions, marks, options)
    every = every.only(np.isin(every.cases, [*readings.cases, *every.excluded]))
    if len(readings.readers) == 1:
        options = options.with_readers_fixed()

    def step(fraction: float, message: str) -> None:
        check_cancelled(progress)
        progress.report(fraction, message)

    step(0.0, "AUC and its covariance")
    raters = aucs.stack(readings, predictions, options)
    step(0.2, "Bootstrap")
    found, resamples = aucs.rater_aucs(raters, options)
    paired = aucs.paired_aucs(raters, found, resamples, aucs.comparable(readings, predictions))
    step(0.5, "Readers and cases")
    main = arms.auc_family(readings, raters, options)
    against = arms.models_against_readers(readings, raters, options)
    tested = planned_tests(readings, marks, options, options.plan) if options.plan else ()
    step(0.6, "Calls")
    called = calls.stacked_calls(readings, predictions)
    operating = calls.operating_points(called, readings.truth)
    step(0.75, "Agreement and times")
    timed = times.times(readings)
    froc, wafroc = free_response(marks, options) if marks and marks.analysable else ((), None)
    return Analysis(
        readings=readings,
        predictions=predictions,
        options=options,
        auc=tuple(row for row in found if row.arm),
        models=tuple(row for row in found if not row.arm),
        paired=paired,
        mrmc=main,
        mrmc_sensitivity=arms.call_family(readings, options, diseased=True),
        mrmc_specificity=arms.call_family(readings, options, diseased=False),
        ai_vs_readers=against,
        operating=operating,
        mcnemar=calls.paired_calls(called, readings.truth, calls.compared_pairs(readings, predictions)),
        two_proportions=calls.unpaired_calls(
            called, readings.truth, calls.compared_pairs(readings, predictions)
        ),
        call_odds=calls.call_odds(readings),
        agreement=concord.agreement(readings),
        time=timed,
        time_model=time_model(readings, traits),
        accuracy_model=accuracy_model(readings, traits),
        planned_tests=tested,
        subsets=subset_rows(readings, traits, options, every),
        subgroup_contrasts=contrasts(readings, traits, options),
        reliance=reliance,
        planned=planned,
        groups=groups.group_summaries(readings, predictions, found, operating, timed),
        calibration=groups.calibrations(readings, predictions),
        curves=groups.arm_curves(readings, resamples),
        high_specificity=clinical.high_specificity(readings, predictions, resamples, options.specificity),
        decision_curves=clinical.decision_curves(readings, predictions),
        regions=region_rows(readings, traits, options),
        free_response=marks,
        froc=froc,
        mrmc_wafroc=wafroc,
        notes=(
            *remarks(readings, predictions, main, found),
            *(marks.notes if marks else ()),
            *(() if can_fit() else (_NO_OPTIMISER,)),
            *([_MARKS_OF_ALL] if marks and readings.reads < every.reads else ()),
        ),
    )


_MARKS_OF_ALL = "The analysis is per protocol, but marks on lesions are those of all reads."

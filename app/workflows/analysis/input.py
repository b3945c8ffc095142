"""What an analysis works on: a study, its export, or any table of readings, with predictions and marks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.analysis.ingest.assemble import assemble
from app.analysis.ingest.imrmc import read_readings_table
from app.analysis.ingest.inferred import NOTE, inferred_readings
from app.analysis.ingest.marks import FreeResponse, read_free_response
from app.analysis.ingest.predictions import read_predictions
from app.analysis.options import AnalysisOptions
from app.analysis.readings import Predictions, Readings
from app.analysis.traits import Traits
from app.errors import AppError
from app.plan import AnalysisSet, PlannedCases
from app.report.analysis.facts import InputFile, ReportedStudy
from app.study.events import REHEARSAL
from app.subgroup import subgroup
from app.tables.table import Table
from app.workflows.analysis.interim import admitted
from app.workflows.analysis.record_of_reading import (
    achieved_washout,
    given_in_study,
    given_in_table,
    readings_by_version,
)
from app.workflows.analysis.training_answers import training_answers
from app.workflows.analysis.traits import require_known, study_traits, table_traits
from app.workflows.study.marks import DEFAULT_RADIUS, study_marks


@dataclass(frozen=True)
class AnalysisRequest:
    """What to analyse: `source` is a study, an export folder or a table; `mark_radius` is in image pixels.

    Marks and lesions alone are enough: the ratings of cases follow from them.
    """

    source: Path | None = None
    predictions: tuple[Path, ...] = ()
    marks: Path | None = None
    lesions: Path | None = None
    lesion_masks: Path | None = None
    mark_radius: float = DEFAULT_RADIUS
    rating: str | None = None
    simulated: bool = False
    run: Path | None = None
    """The training of the algorithm, which fills items of the checklist."""
    interim: bool = False
    """An unfinished study is meant to be analysed; it is stamped and recorded."""
    closed: str = ""
    """Why an unfinished study is analysed as finished."""
    analysis_set: AnalysisSet | None = None
    """Which reads are analysed; None: as the protocol says."""
    planned_cases: PlannedCases | None = None
    """What becomes of cases on which the AI was planned wrong or absent; None: what the protocol says."""
    options: AnalysisOptions = field(default_factory=AnalysisOptions)


@dataclass(frozen=True, eq=False)
class AnalysisInput:
    """Everything that was read in."""

    readings: Readings
    predictions: Predictions
    marks: FreeResponse | None
    facts: ReportedStudy
    options: AnalysisOptions
    traits: Traits


def load(request: AnalysisRequest) -> AnalysisInput:
    """Read everything; raises AppError naming file, line and remedy."""
    if (request.marks is None) != (request.lesions is None):
        raise AppError("Marks and lesions belong together.", "Give both --marks and --lesions, or neither.")
    source = request.source
    marks = read_free_response(request.marks, request.lesions) if request.marks and request.lesions else None
    if source is None:
        if marks is None or request.marks is None:
            raise AppError("There is nothing to analyse.", "Give a study or a table, or marks and lesions.")
        readings = inferred_readings(marks, request.marks.name)
        marks = replace(marks, notes=(NOTE, *marks.notes))
        return _with_predictions(request, readings, marks, ReportedStudy(""), Traits())
    if source.is_dir() and not (source / "protocol.toml").is_file():
        if not (source / "readings.csv").is_file():
            raise AppError(
                f"{source.name} is neither a study nor an export: it has no protocol.toml and no "
                "readings.csv.",
                "Give a study folder, an export folder, or a table of readings.",
            )
        source = source / "readings.csv"
    if source.is_dir():
        readings, own, facts, traits = _study(source, request)
        marks = marks or own
    else:
        table = read_readings_table(source)
        readings = assemble(table, request.rating)
        given = given_in_table(table)
        traits = table_traits(table, request.options.subgroups)
        facts = ReportedStudy(
            _title(table),
            simulated=_simulated(table),
            simulated_readers=_rehearsed(table),
            versions=readings_by_version(given),
            washout=achieved_washout(given),
        )
    return _with_predictions(replace(request, source=source), readings, marks, facts, traits)


def _with_predictions(
    request: AnalysisRequest,
    readings: Readings,
    marks: FreeResponse | None,
    facts: ReportedStudy,
    traits: Traits,
) -> AnalysisInput:
    if request.simulated:
        facts = replace(facts, simulated=1.0)
    predictions = read_predictions(request.predictions, readings) if request.predictions else None
    return AnalysisInput(
        readings,
        predictions or Predictions.none(len(readings.cases)),
        marks,
        replace(
            facts,
            inputs=tuple(_inputs(request)),
            training=training_answers(request.run, readings.cases) if request.run else (),
        ),
        _options(request, facts),
        traits,
    )


def _options(request: AnalysisRequest, facts: ReportedStudy) -> AnalysisOptions:
    """What was asked for, and what the protocol says; raises AppError where they contradict each other."""
    cases, reads = request.planned_cases, request.analysis_set
    if facts.protocol is None:
        return replace(
            request.options,
            planned_cases=cases or PlannedCases.LEFT_OUT,
            analysis_set=reads or AnalysisSet.ALL,
        )
    rules = facts.protocol.analysis
    for wanted, planned, what, flag in (
        (cases, rules.planned_cases, "that cases with a planned AI answer are", "--planned-cases"),
        (reads, rules.analysis_set, "that the analysis set is", "--set"),
    ):
        if wanted not in (None, planned):
            raise AppError(
                f"The protocol says {what} {planned.value}.",
                f"Leave {flag} away; a protocol that is not frozen can still be changed.",
            )
    unfinished = facts.conduct is not None and facts.conduct.interim
    return replace(
        request.options,
        planned_cases=rules.planned_cases,
        analysis_set=rules.analysis_set,
        plan=None if unfinished else rules.plan,
        planned_subgroups=() if unfinished else tuple(subgroup(line) for line in rules.subgroups),
    )


StudyInput = tuple[Readings, FreeResponse | None, ReportedStudy, Traits]


def _study(folder: Path, request: AnalysisRequest) -> StudyInput:
    from app.exports.reads import require_rating, study_reads
    from app.store.life import retired
    from app.store.opening import open_study
    from app.study.canonical import utc_text
    from app.study.case_questions import case_questions
    from app.study.order import group_of
    from app.workflows.study.export import StudyResults, truths_of
    from app.workflows.study.truth_record import life_told

    study = open_study(folder)
    try:
        results = StudyResults(study)
        version = study.studies.current()
        cases = study.studies.cases()
        truths = truths_of(study)
        protocol = version.protocol
        asked = case_questions(protocol.answer)
        if request.rating is None:
            require_rating(protocol.answer, asked)
        gone = retired(study.database)
        readings = study_reads(results.current(), truths, request.rating, protocol.ai, asked, gone)
        traits = study_traits(truths, cases, results.questionnaires())
        require_known(request.options.subgroups, traits)
        groups = tuple(group_of(version.protocol, reader) for reader in readings.readers)
        if readings.split_plot or any(groups):  # half-read, a crossed study may look like a split plot
            readings = replace(readings, groups=groups)
        conduct = admitted(study, request.interim, request.closed)
        given = given_in_study(results.current())
        masks = request.lesion_masks or study.folder.lesions
        marks = None
        if masks.is_dir():
            marks = study_marks(results.current(), readings, masks, request.mark_radius)
        elif request.lesion_masks:
            raise AppError(f"There is no folder {masks.name} with lesion masks.", "Check --lesion-masks.")
        facts = ReportedStudy(
            title=version.protocol.title,
            protocol=version.protocol,
            protocol_sha256=version.sha256,
            frozen_utc=utc_text(version.frozen_utc) if version.frozen_utc else "",
            simulated=sum(case.simulated for case in cases) / len(cases) if cases else None,
            simulated_readers=REHEARSAL in study.readings.sites(),
            conduct=conduct,
            life=tuple(record.sentence for record in life_told(study).records),
            versions=readings_by_version(given),
            washout=achieved_washout(given),
            mark_radius_pixels=request.mark_radius if marks else None,
        )
        return readings, marks, facts, traits
    finally:
        study.close()


def _title(table: Table) -> str:
    names = sorted({value for value in table.columns.get("study", []) if value})
    return names[0] if len(names) == 1 else ""


def _simulated(table: Table) -> float | None:
    if table.find("simulated") is None:
        return None
    flags = table.flags("simulated")
    return float((flags == 1.0).mean()) if len(flags) else None


def _rehearsed(table: Table) -> bool:
    """Whether any reading comes from a rehearsal, whose readers are simulated."""
    return REHEARSAL in table.columns.get("site", [])


def _inputs(request: AnalysisRequest) -> Iterator[InputFile]:
    if request.source is not None and request.source.is_file():
        yield _hashed(request.source, "readings")
    for path in request.predictions:
        yield _hashed(path, "predictions")
    for other, role in ((request.marks, "marks"), (request.lesions, "lesions")):
        if other:
            yield _hashed(other, role)


def _hashed(path: Path, role: str) -> InputFile:
    return InputFile(path.name, role, hashlib.sha256(path.read_bytes()).hexdigest())

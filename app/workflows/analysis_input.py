"""What an analysis works on: a study, its export, or any table of readings, with predictions and marks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.analysis.ingest.assemble import assemble
from app.analysis.ingest.marks import FreeResponse, read_free_response
from app.analysis.ingest.predictions import read_predictions
from app.analysis.ingest.sources import read_table
from app.analysis.ingest.table import Table
from app.analysis.options import Options
from app.analysis.readings import Predictions, Readings
from app.errors import AppError
from app.report.analysis_facts import InputFile, StudyFacts
from app.workflows.study_marks import DEFAULT_RADIUS, study_marks

REHEARSAL_SITE = "rehearsal"
"""What rehearsals write as the site of their readings."""


@dataclass(frozen=True)
class AnalysisRequest:
    """What to analyse: `source` is a study, an export folder or a table; `mark_radius` is in image pixels."""

    source: Path
    predictions: tuple[Path, ...] = ()
    marks: Path | None = None
    lesions: Path | None = None
    lesion_masks: Path | None = None
    mark_radius: float = DEFAULT_RADIUS
    rating: str | None = None
    simulated: bool = False
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, eq=False)
class AnalysisInput:
    """Everything that was read in."""

    readings: Readings
    predictions: Predictions
    marks: FreeResponse | None
    facts: StudyFacts


def load(request: AnalysisRequest) -> AnalysisInput:
    """Read everything; raises AppError naming file, line and remedy."""
    if (request.marks is None) != (request.lesions is None):
        raise AppError("Marks and lesions belong together.", "Give both --marks and --lesions, or neither.")
    source = request.source
    marks: FreeResponse | None = None
    if source.is_dir() and not (source / "protocol.toml").is_file():
        if not (source / "readings.csv").is_file():
            raise AppError(
                f"{source.name} is neither a study nor an export: it has no protocol.toml and no "
                "readings.csv.",
                "Give a study folder, an export folder, or a table of readings.",
            )
        source = source / "readings.csv"
    if source.is_dir():
        readings, marks, facts = _study(source, request)
    else:
        table = read_table(source)
        readings = assemble(table, request.rating)
        facts = StudyFacts(_title(table), simulated=_simulated(table), simulated_readers=_rehearsed(table))
    if request.simulated:
        facts = replace(facts, simulated=1.0)
    if request.marks and request.lesions:
        marks = read_free_response(request.marks, request.lesions)
    predictions = read_predictions(request.predictions, readings) if request.predictions else None
    return AnalysisInput(
        readings,
        predictions or Predictions.none(len(readings.cases)),
        marks,
        replace(facts, inputs=tuple(_inputs(source, request))),
    )


def _study(folder: Path, request: AnalysisRequest) -> tuple[Readings, FreeResponse | None, StudyFacts]:
    from datetime import UTC, datetime

    from app.store.opening import open_study
    from app.study.canonical import utc_text
    from app.study.exports.tidy import tidy_table
    from app.workflows.study_export import Results, gather

    study = open_study(folder)
    try:
        table = tidy_table(gather(study, datetime.now(UTC)))
        if table.find("truth") is None:
            raise AppError(
                f"The study {folder.name} has no truth, so nothing can be analysed.",
                "Put truth.csv (case,truth) into its folder “coordinator”.",
            )
        if not table.lines:
            raise AppError(f"Nobody has read anything in {folder.name} yet.", "Read some cases first.")
        version = study.studies.current()
        cases = study.studies.cases()
        readings = assemble(table, request.rating)
        masks = request.lesion_masks or study.folder.lesions
        marks = None
        if masks.is_dir():
            marks = study_marks(Results(study).current(), readings, masks, request.mark_radius)
        elif request.lesion_masks:
            raise AppError(f"There is no folder {masks.name} with lesion masks.", "Check --lesion-masks.")
        facts = StudyFacts(
            title=version.protocol.title,
            protocol=version.protocol,
            protocol_sha256=version.sha256,
            frozen_utc=utc_text(version.frozen_utc) if version.frozen_utc else "",
            simulated=sum(case.simulated for case in cases) / len(cases) if cases else None,
            simulated_readers=_rehearsed(table),
            mark_radius_pixels=request.mark_radius if marks else None,
        )
        return readings, marks, facts
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
    return REHEARSAL_SITE in table.columns.get("site", [])


def _inputs(source: Path, request: AnalysisRequest) -> Iterator[InputFile]:
    if source.is_file():
        yield _hashed(source, "readings")
    for path in request.predictions:
        yield _hashed(path, "predictions")
    for other, role in ((request.marks, "marks"), (request.lesions, "lesions")):
        if other:
            yield _hashed(other, role)


def _hashed(path: Path, role: str) -> InputFile:
    return InputFile(path.name, role, hashlib.sha256(path.read_bytes()).hexdigest())

"""Writes everything that was read, and says what is missing in it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app import __version__
from app.analysis.ingest.marks import FreeResponse
from app.errors import AppError
from app.exports import export_named
from app.exports.annotation_files import ANNOTATIONS
from app.exports.detail_tables import (
    Events,
    amendments_table,
    attempts_table,
    events_table,
    marks_table,
    record_table,
)
from app.exports.export import StudyExport
from app.exports.questionnaire_table import questionnaire_table
from app.exports.readings_table import OwnColumns, Standing, readings_table
from app.exports.reads import study_reads
from app.exports.rjafroc import RJAFROC
from app.exports.summary_table import summary_table
from app.exports.table import ExportTable
from app.files import moved, refusal
from app.progress import NoProgress, Progress, check_cancelled
from app.store.life import retired
from app.store.opening import OpenStudy, open_study
from app.study.aside_rules import clinical_fields
from app.study.asides import asides_of
from app.study.assignment import Assignment
from app.study.canonical import utc_text
from app.study.case_questions import case_questions, mark_questions
from app.study.chain_check import StoredEvent, StoredReading, parsed
from app.study.events import REHEARSAL, REHEARSED, Event, EventKind
from app.study.questionnaire import QuestionnaireRules
from app.study.reader_texts import TextKind
from app.study.reading import Outcome, Reading
from app.study.truth import CaseTruth, read_truth
from app.wording import SHORT_RESEARCH_USE, counted
from app.workflows.study.annotations import study_annotations
from app.workflows.study.marks import DEFAULT_RADIUS, study_marks
from app.workflows.study.status import doubtful_clocks
from app.workflows.study.truth_record import life_told


@dataclass(frozen=True)
class ExportedStudy:
    """What was written, and what somebody who analyses it has to know."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    readings: int


def study_export(
    study: Path | str,
    out: Path,
    formats: Sequence[str] = ("csv", "xlsx"),
    progress: Progress | None = None,
    now: datetime | None = None,
) -> ExportedStudy:
    """Write the study's results into the folder `out`; nothing half-written stays behind.

    Raises AppError for an unknown format, a study that cannot be opened or a folder that cannot be written.
    """
    progress = progress or NoProgress()
    chosen = [export_named(name) for name in formats]
    opened = open_study(study)
    partial = out / ".partial"
    try:
        export = gather(opened, now or datetime.now(UTC))
        if RJAFROC in chosen:
            export = _with_marks(opened, export)
        if ANNOTATIONS in chosen:
            export = replace(
                export, annotations=lambda: study_annotations(opened, StudyResults(opened).current())
            )
        partial.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        for index, each in enumerate(chosen):
            check_cancelled(progress)
            progress.report(index / len(chosen), f"Writing {each.name}")
            written += [_moved(path, partial, out) for path in each.write(export, partial)]
        progress.report(1.0, f"{counted(len(written), 'file')} written")
        return ExportedStudy(tuple(written), export.remarks, opened.readings.presentations())
    except OSError as error:
        raise AppError(
            f"The export into {out.name} failed: {refusal(error)}.",
            "Free some space or choose another folder; files that were there before are untouched.",
        ) from error
    finally:
        opened.close()
        shutil.rmtree(partial, ignore_errors=True)


def _moved(path: Path, partial: Path, out: Path) -> Path:
    """Put a finished file in its place, in the same folder below `out` as it has below `partial`."""
    place = out / path.relative_to(partial)
    place.parent.mkdir(parents=True, exist_ok=True)
    return moved(path, place)


def _with_marks(study: OpenStudy, export: StudyExport) -> StudyExport:
    """The export with the marks matched to the masks of the lesions, or with a remark why it has none."""
    try:
        marks = _marks(study, export)
    except AppError as error:
        remark = f"rjafroc_froc.xlsx was not written: {error.message} {error.hint}".strip()
        return replace(export, remarks=(*export.remarks, remark))
    remark = (
        f"rjafroc_froc.xlsx: a mark is on a lesion within {DEFAULT_RADIUS:g} image pixels of its mask; "
        "see rjafroc_froc_preflight.md."
    )
    return replace(export, marks=marks, remarks=(*export.remarks, remark, *marks.notes))


def _marks(study: OpenStudy, export: StudyExport) -> FreeResponse:
    masks = study.folder.lesions
    if not masks.is_dir():
        raise AppError(
            "There are no masks of the true lesions.",
            "Make the study with --labels, or put CASE.npz files into coordinator/lesions.",
        )
    results = StudyResults(study)
    if not any(reading.answer.regions for reading in results.current()):
        raise AppError("No reader has marked a lesion.")
    marks = study_marks(results.current(), export.reads(), masks, DEFAULT_RADIUS)
    if not marks.lesion_ids or marks.lesions.truth.all():
        raise AppError("There is no case with a lesion beside one without that everybody has read.")
    return marks


class StudyResults:
    """The readings and events of a study, in the order of readers and positions."""

    def __init__(self, study: OpenStudy) -> None:
        self._study = study
        self._readings = study.readings
        self._readers = study.readings.readers()
        self._latest: tuple[str, Sequence[Reading]] = ("", ())

    def current(self) -> Iterator[Reading]:
        """The answers that stand: amended ones in place of what they amend."""
        for reader in self._readers:
            yield from self._standing_of(reader)

    @property
    def standing(self) -> Standing:
        """The same for each reader; the latest one's are kept, since table after table asks."""
        return tuple(partial(self._kept, reader) for reader in self._readers)

    def _kept(self, reader: str) -> Sequence[Reading]:
        if self._latest[0] != reader:
            self._latest = reader, self._standing_of(reader)
        return self._latest[1]

    def _standing_of(self, reader: str) -> Sequence[Reading]:
        standing: dict[tuple[int, str], Reading] = {}
        for reading in self._readings.placed(reader):
            standing[reading.identity.position, reading.identity.arm.value] = reading
        return [standing[key] for key in sorted(standing, key=lambda key: (key[0], key[1] == "aided"))]

    def stored(self) -> Iterator[tuple[Assignment | None, StoredReading]]:
        """The answers that stand as they lie there, each with its place in the list: a fifth of the work."""
        for reader in self._readers:
            plan = {item.position: item for item in self._study.studies.plan(reader)}
            standing: dict[tuple[object, object], StoredReading] = {}
            for each in self._readings.stored(reader):
                standing[each.columns["position"], each.columns["arm"]] = each
            for (place, _), each in standing.items():
                yield plan.get(int(str(place))), each

    def replaced(self) -> Iterator[tuple[Reading, Reading]]:
        """Answers that were amended, each with what took its place."""
        for reader in self._readings.amenders():
            by_hash: dict[str, Reading] = {}
            for reading in self._readings.placed(reader):
                by_hash[reading.sha256] = reading
                if reading.flags.amends:
                    yield by_hash[reading.flags.amends], reading

    def questionnaires(self) -> Iterator[tuple[str, Event]]:
        """What readers answered beside the cases."""
        for reader in self._readers:
            for event in self._readings.questionnaires(reader):
                yield reader, event

    def interruptions(self) -> Iterator[tuple[str, Event]]:
        """Attempts that ended without an answer."""
        for reader in self._readers:
            for event in self._readings.events_of_kind(reader, EventKind.INTERRUPTED):
                yield reader, event

    @property
    def events(self) -> Sequence[Events]:
        """Everything that happened, for each reader."""
        return tuple(partial(self._events_of, reader) for reader in self._readers)

    def _events_of(self, reader: str) -> Iterator[tuple[str, StoredEvent]]:
        return ((reader, stored) for stored in self._readings.events(reader))


def truths_of(study: OpenStudy) -> dict[str, CaseTruth]:
    """The truth by case, empty when the study has none; raises AppError for a damaged file."""
    return read_truth(study.folder.truth) if study.folder.truth.is_file() else {}


def gather(study: OpenStudy, now: datetime) -> StudyExport:
    """The tables of a study, with truth when it is there."""
    results = StudyResults(study)
    truths = truths_of(study)
    cases = study.studies.cases()
    simulated = frozenset(case.code for case in cases if case.simulated)
    protocol = study.studies.current().protocol
    gone, life = retired(study.database), life_told(study)
    own = OwnColumns(
        case_questions(protocol.answer),
        asides_of(protocol),
        clinical_fields(protocol.beside),
        {case.code: case.beside.fields for case in cases},
    )
    tables: tuple[ExportTable, ...] = (
        readings_table(results.standing, truths, simulated, protocol.ai, own, gone),
        marks_table(results.standing, mark_questions(protocol.answer)),
        events_table(results.events),
        attempts_table(results.interruptions),
        amendments_table(results.replaced),
        summary_table(results.standing, truths),
    )
    if protocol.questionnaire != QuestionnaireRules() or any(protocol.texts.of(kind) for kind in TextKind):
        tables = (*tables, questionnaire_table(protocol, results.questionnaires))
    if life.records:
        tables = (*tables, record_table(life))
    return StudyExport(
        tables,
        lambda: study_reads(results.current(), truths, gone=gone),
        _about(study, bool(truths), now),
        _remarks(study, results, truths),
    )


def _about(study: OpenStudy, truth: bool, now: datetime) -> tuple[tuple[str, str], ...]:
    version = study.studies.current()
    protocol = version.protocol
    cases = study.studies.cases()
    simulated = sum(case.simulated for case in cases)
    rows = [
        ("study", protocol.title),
        ("code", protocol.code),
        ("mode", protocol.mode.value),
        ("protocol version", str(protocol.version)),
        ("protocol sha256", version.sha256),
        ("frozen", utc_text(version.frozen_utc) if version.frozen_utc else "not yet"),
        ("readers", ", ".join(protocol.readers)),
        ("cases", str(len(cases))),
        ("truth", "included" if truth else "not included"),
        ("written", utc_text(now)),
        ("program", f"ScintiRead {__version__}"),
        ("use", SHORT_RESEARCH_USE),
    ]
    if REHEARSAL in study.readings.sites():
        rows.append(("rehearsal", REHEARSED))
    if simulated:
        rows.append(("simulated", f"{simulated} of {len(cases)} scans are SIMULATED, not of patients."))
    return tuple(rows)


def _remarks(study: OpenStudy, results: StudyResults, truths: Mapping[str, CaseTruth]) -> tuple[str, ...]:
    """Duplicates, missing truth and empty cells: told, never dropped."""
    seen: Counter[tuple[str, str, str]] = Counter()
    empty: Counter[str] = Counter()
    without_truth: set[str] = set()
    contradictions = 0
    for item, stored in results.stored():
        columns, case = stored.columns, str(stored.columns["case"])
        if item is not None and item.repeat_of is None and not item.warm_up:
            seen[item.reader, str(columns["arm"]), case] += 1
        if columns["outcome"] != Outcome.ANSWERED.value:
            empty[str(columns["outcome"])] += 1
        contradictions += parsed(stored.texts["flags"]).get("contradiction") is True
        if truths and case not in truths:
            without_truth.add(case)
    remarks = [
        f"Reader {reader} read case {case} ({arm}) {count} times; all readings are in the tables."
        for (reader, arm, case), count in sorted(seen.items())
        if count > 1
    ]
    remarks += [
        f"{counted(count, 'reading has', 'readings have')} no call and no rating: {why}."
        for why, count in sorted(empty.items())
    ]
    if contradictions:
        remarks.append(f"In {counted(contradictions, 'reading')} the call and the rating disagree.")
    if without_truth:
        listed = ", ".join(sorted(without_truth)[:10])
        remarks.append(f"{counted(len(without_truth), 'case has', 'cases have')} no truth: {listed}.")
    if not truths:
        remarks.append("There is no truth; the tables have no truth column.")
    if REHEARSAL in study.readings.sites():
        remarks.insert(0, REHEARSED)
    remarks += [record.sentence for record in life_told(study).records]
    gone = retired(study.database)
    for reader in study.studies.current().protocol.readers:
        history = study.readings.history(reader).without(gone.cases)
        left = 0 if reader in gone.readers else len(history.plan) - len(history.finished)
        if left:
            remarks.append(f"Reader {reader} has {counted(left, 'presentation')} left to read.")
    return (*remarks, *doubtful_clocks(study))

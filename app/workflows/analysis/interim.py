"""Whether a study may be analysed before everything that was planned was read; if so it is put on record."""

from __future__ import annotations

from dataclasses import replace

from app.errors import AppError
from app.store.opening import OpenStudy
from app.store.progress import StudyProgress
from app.study.analysis_rules import Interim
from app.study.canonical import JsonValue
from app.study.conduct import COORDINATOR, Conduct, ReaderConduct
from app.study.events import EventKind
from app.study.protocol import Mode
from app.workflows.study.record import put_on_record

_ANALYSES = (EventKind.INTERIM_ANALYSIS, EventKind.STUDY_CLOSED)
WORD = "INTERIM"
"""What is typed in the window before an unfinished study is analysed."""


class UnfinishedStudyError(AppError):
    """The study is unfinished, and nobody said that an interim analysis is meant."""


def conduct_of(study: OpenStudy) -> Conduct:
    """What the lists plan and what was read of it."""
    protocol = study.studies.current().protocol
    progress = StudyProgress(study.database, protocol.mode is Mode.SEQUENTIAL).readers(protocol.readers)
    return Conduct(tuple(ReaderConduct(one.reader, one.total, one.done) for one in progress))


def admitted(study: OpenStudy, interim: bool, closed: str) -> Conduct:
    """The study's conduct, once an analysis of it is admitted and recorded in the events.

    A finished study is always admitted. Raises `UnfinishedStudyError` where an unfinished one was neither
    said to be analysed in the `interim` nor `closed` for a reason, and AppError where the protocol forbids
    it.
    """
    conduct = replace(conduct_of(study), closed=closed.strip())
    if conduct.finished:
        return replace(conduct, closed="")
    if conduct.interim and study.studies.current().protocol.analysis.interim is Interim.FORBIDDEN:
        raise AppError(
            f"The protocol forbids interim analyses, and the study is unfinished: {conduct.words}.",
            "Read the rest first, or close the study with a reason: analyse --final REASON.",
        )
    if conduct.interim and not interim:
        raise UnfinishedStudyError(
            f"The study is unfinished: {conduct.words}. An analysis now is an interim analysis.",
            "Say so with --interim; it is stamped on every page and recorded among the events.",
        )
    _record(study, conduct)
    return conduct


def _record(study: OpenStudy, conduct: Conduct) -> None:
    """One event, unless the last one already says the same; raises AppError when it cannot be written."""
    kind = EventKind.INTERIM_ANALYSIS if conduct.interim else EventKind.STUDY_CLOSED
    payload: dict[str, JsonValue] = {
        "planned": conduct.planned,
        "read": conduct.read,
        "reason": conduct.closed,
    }
    last = None
    for stored in study.readings.events(COORDINATOR):
        last = stored if stored.event.kind in _ANALYSES else last
    if last is not None and last.event.kind is kind and dict(last.event.payload) == payload:
        return
    put_on_record(study, kind, **payload)

"""Readers who leave a study and cases that are taken out of it, on record; what they gave is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import AppError
from app.store.life import life_of
from app.store.opening import OpenStudy, open_study
from app.store.sitting import place_kept
from app.study.canonical import to_plain
from app.study.chain import Head
from app.study.events import EventKind
from app.study.life import LifeRecord, StudyLife
from app.study.order import group_of
from app.study.protocol import Protocol
from app.workflows.study.add import add_to_study
from app.workflows.study.record import put_on_record, require_frozen, require_said


@dataclass(frozen=True)
class Decided:
    """Who decides something and why; both stand in the record."""

    by: str
    reason: str


def study_life_of(path: Path | str) -> StudyLife:
    """All that was decided of a study after its freeze; raises AppError when it cannot be opened."""
    study = open_study(path)
    try:
        return life_of(study.database)
    finally:
        study.close()


def withdraw_reader(path: Path, reader: str, decided: Decided, replaced_by: str = "") -> LifeRecord:
    """Take a reader out of a frozen study, and let another begin in the place; gives the record.

    What was read is kept, and left out of the analysis per protocol. Raises AppError, and records nothing,
    for an unknown reader, one who is out already or sits at a window, and a code that cannot join.
    """
    by, reason = require_said(decided.by, decided.reason)
    study = open_study(path)
    try:
        require_frozen(study, "Take the reader out of the protocol instead.")
        protocol = study.studies.current().protocol
        _require(
            reader in protocol.readers, f"The study has no reader {reader}.", ", ".join(protocol.readers)
        )
        _require(reader not in life_of(study.database).withdrawn, f"Reader {reader} is out already.")
        if replaced_by:
            _require_place(protocol, reader, replaced_by)
        with place_kept(study, reader):
            if replaced_by:
                add_to_study(path, readers=(replaced_by,))
            return _keep_reader(study, reader, Decided(by, reason), out=True, replaced_by=replaced_by)
    finally:
        study.close()


def reinstate_reader(path: Path, reader: str, decided: Decided) -> LifeRecord:
    """Let a reader who was withdrawn read again; raises AppError for one who was not."""
    by, reason = require_said(decided.by, decided.reason)
    study = open_study(path)
    try:
        require_frozen(study, "Nobody was withdrawn.")
        _require(reader in life_of(study.database).withdrawn, f"Reader {reader} was not withdrawn.")
        return _keep_reader(study, reader, Decided(by, reason), out=False)
    finally:
        study.close()


def exclude_case(path: Path, case: str, decided: Decided) -> LifeRecord:
    """Take a case out of a frozen study: nobody is offered it any more, and answers that were given stay.

    Raises AppError, and records nothing, for an unknown case and one that is out already.
    """
    return _change_case(path, case, decided, out=True)


def readmit_case(path: Path, case: str, decided: Decided) -> LifeRecord:
    """Let a case that was excluded be read again; raises AppError for one that was not."""
    return _change_case(path, case, decided, out=False)


def _change_case(path: Path, case: str, decided: Decided, *, out: bool) -> LifeRecord:
    by, reason = require_said(decided.by, decided.reason)
    study = open_study(path)
    try:
        require_frozen(study, "Make the study again without the scan.")
        study.studies.case(case)
        was = case in life_of(study.database).excluded
        _require(was != out, f"Case {case} {'is out already' if out else 'was not excluded'}.")
        given = [
            reading.sha256
            for reader in study.readings.readers()
            for reading in study.readings.all(reader)
            if reading.identity.case == case
        ]
        put_on_record(
            study,
            EventKind.CASE_STANDING,
            case=case,
            out=out,
            by=by,
            reason=reason,
            read=len(given),
            readings=given,
        )
        return life_of(study.database).records[-1]
    finally:
        study.close()


def _keep_reader(
    study: OpenStudy, reader: str, decided: Decided, *, out: bool, replaced_by: str = ""
) -> LifeRecord:
    history = study.readings.history(reader).without(life_of(study.database).excluded)
    head = study.readings.head(reader) or Head.start(study.genesis(reader))
    put_on_record(
        study,
        EventKind.READER_STANDING,
        reader=reader,
        out=out,
        by=decided.by,
        reason=decided.reason,
        planned=len(history.plan),
        read=len(history.finished),
        replaced_by=replaced_by,
        head=to_plain(head),
    )
    return life_of(study.database).records[-1]


def _require_place(protocol: Protocol, reader: str, replaced_by: str) -> None:
    """In a split plot who joins gets a group by turns, which need not be that of the one who left."""
    _require(replaced_by not in protocol.readers, f"There is a reader {replaced_by} already.")
    after = replace(protocol, readers=(*protocol.readers, replaced_by))
    left, joins = group_of(after, reader), group_of(after, replaced_by)
    _require(
        left == joins,
        f"The next reader of this split plot gets group {joins + 1}, and {reader} is of group {left + 1}.",
        "Withdraw without a replacement, and add readers until the groups are filled.",
    )


def _require(holds: bool, message: str, hint: str = "Nothing was recorded.") -> None:
    if not holds:
        raise AppError(message, hint)

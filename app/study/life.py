"""A study's life after its first day: who left, which case is out, what was corrected or amended.

Each is an event of the coordinator's own chain, which hangs on the frozen protocol like every reader's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.study.chain_check import StoredEvent
from app.study.events import EventKind
from app.wording import counted


@dataclass(frozen=True)
class LifeRecord:
    """One decision: by whom, when, why and of what; `sha256` is the running hash of the chain with it.

    `subject` is the reader or the case, `out` whether it is out of the study from then on. `payload` has the
    hashes of what was before.
    """

    kind: EventKind
    at: datetime
    by: str
    reason: str
    subject: str
    out: bool
    what: str
    sha256: str
    payload: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What was decided, when, by whom and why; a reason that tells the truth of a case is not kept."""
        why = f": {self.reason.rstrip('.')}" if self.reason else ""
        return f"{self.what} ({self.at.date().isoformat()}, {self.by}{why})."


@dataclass(frozen=True)
class StudyLife:
    """All that was decided, the oldest first."""

    records: tuple[LifeRecord, ...] = ()

    @property
    def withdrawn(self) -> dict[str, LifeRecord]:
        """Readers who are out by the last word on each."""
        return self._out(EventKind.READER_STANDING)

    @property
    def excluded(self) -> dict[str, LifeRecord]:
        """Cases that are out by the last word on each."""
        return self._out(EventKind.CASE_STANDING)

    def of(self, kind: EventKind) -> tuple[LifeRecord, ...]:
        """The records of one kind."""
        return tuple(record for record in self.records if record.kind is kind)

    def _out(self, kind: EventKind) -> dict[str, LifeRecord]:
        last = {record.subject: record for record in self.of(kind)}
        return {subject: record for subject, record in last.items() if record.out}


@dataclass(frozen=True)
class Retired:
    """Who and what is out of a study, as far as a login may know: no reason, no name."""

    readers: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()


def study_life(events: Iterable[StoredEvent]) -> StudyLife:
    """What the coordinator's chain tells."""
    return StudyLife(tuple(record for stored in events if (record := life_record(stored)) is not None))


def life_record(stored: StoredEvent) -> LifeRecord | None:
    """The decision that an event is; None for every other event."""
    event, payload = stored.event, stored.event.payload
    words = _WORDS.get(event.kind)
    if words is None:
        return None
    subject = str(payload.get("reader") or payload.get("case") or "")
    out = payload.get("out") is True
    by, reason = str(payload.get("by", "")), str(payload.get("reason", ""))
    what = words(subject, out, payload)
    return LifeRecord(event.kind, event.at.utc, by, reason, subject, out, what, stored.sha256, payload)


def _of_reader(reader: str, out: bool, payload: Mapping[str, Any]) -> str:
    read = f"{payload.get('read', 0)} of {counted(int(payload.get('planned', 0)), 'presentation')}"
    if not out:
        return f"Reader {reader} reads again"
    instead = f"; {payload['replaced_by']} takes the place" if payload.get("replaced_by") else ""
    return f"Reader {reader} was withdrawn after {read}{instead}"


def _of_case(case: str, out: bool, payload: Mapping[str, Any]) -> str:
    given = counted(int(payload.get("read", 0)), "answer")
    return (
        f"Case {case} was excluded with {given} given" if out else f"Case {case} belongs to the study again"
    )


def _of_truth(_: str, __: bool, payload: Mapping[str, Any]) -> str:
    if not payload.get("before"):
        return "The truth was put on record"
    changed = int(payload.get("changed", 0))
    if not changed:
        return "The truth was put on record again, as it had been changed"
    return f"The truth of {counted(changed, 'case')} was corrected"


def _of_protocol(_: str, __: bool, payload: Mapping[str, Any]) -> str:
    fields = ", ".join(str(name) for name in payload.get("fields", ()))
    return f"The protocol was amended to version {payload.get('version')}: {fields}"


_WORDS = {
    EventKind.READER_STANDING: _of_reader,
    EventKind.CASE_STANDING: _of_case,
    EventKind.TRUTH_RECORDED: _of_truth,
    EventKind.PROTOCOL_AMENDED: _of_protocol,
}

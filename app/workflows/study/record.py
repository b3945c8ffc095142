"""The coordinator's own chain of a study: what no reader did is put on record there."""

from __future__ import annotations

from uuid import uuid4

from app.errors import AppError
from app.store.opening import OpenStudy
from app.store.server.roles import require_coordinator
from app.study.canonical import JsonValue
from app.study.clock import SystemClock
from app.study.conduct import COORDINATOR
from app.study.events import Event, EventKind


def put_on_record(study: OpenStudy, kind: EventKind, **payload: JsonValue) -> None:
    """Append one event to the coordinator's chain, durable on return; raises AppError when it cannot be."""
    event = Event(uuid4().hex, 1, kind, SystemClock().now(), payload=payload)
    study.journal(COORDINATOR).append_events([event])


def require_frozen(study: OpenStudy, instead: str) -> None:
    """Raise AppError for a reader's or analyst's login, and before the freeze, when it is done `instead`."""
    require_coordinator(study.database, study.folder.path.name)
    if study.studies.current().frozen_utc is None:
        raise AppError("Nobody has opened a reading session yet, so there is nothing to record.", instead)


def require_said(by: str, reason: str) -> tuple[str, str]:
    """Who and why without space around; raises AppError where one of them is missing."""
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        missing = "who decides it" if not by else "why"
        raise AppError(f"This goes on record, and it was not said {missing}.", "Give name and reason.")
    return by, reason

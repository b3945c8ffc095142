"""Where every bundle of a study is: what was made, what was said to be sent, and what came back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path

from app.bundles.ledger import LedgerRow, invitation, reminder
from app.bundles.registry import BundleRegistry
from app.errors import AppError
from app.store.life import retired
from app.store.opening import OpenStudy, open_study
from app.store.server.roles import require_coordinator
from app.study.events import EventKind
from app.study.protocol import Protocol


def bundle_ledger(path: Path | str) -> tuple[LedgerRow, ...]:
    """All bundles of a study, by reader and age; raises AppError when it cannot be opened."""
    study = open_study(path)
    try:
        return _rows(study)
    finally:
        study.close()


def mark_sent(path: Path, readers: Collection[str], now: datetime | None = None) -> tuple[LedgerRow, ...]:
    """Note that these readers' latest bundles have left; raises AppError for one who has none."""
    study = open_study(path)
    try:
        require_coordinator(study.database, study.folder.path.name)
        latest = _latest(_rows(study))
        if missing := sorted(set(readers) - set(latest)):
            raise AppError(f"No bundle of {', '.join(missing)} was made.", "Make it first: `study bundle`.")
        registry = BundleRegistry(study.folder)
        for reader in readers:
            registry.note_sent(latest[reader].bundle, now or datetime.now(UTC))
        return _rows(study)
    finally:
        study.close()


def invitation_for(path: Path, reader: str) -> str:
    """The text that goes with a reader's latest bundle; nothing is sent."""
    protocol, row = _of(path, reader)
    return invitation(protocol, row)


def reminder_for(path: Path, reader: str, today: date | None = None) -> str:
    """The text to a reader whose answers have not all come back; raises AppError where they have."""
    protocol, row = _of(path, reader)
    if not row.left or row.withdrawn:
        raise AppError(f"Nothing is missing of {reader}.", "There is nothing to remind of.")
    return reminder(protocol, row, today or datetime.now(UTC).date())


def _of(path: Path, reader: str) -> tuple[Protocol, LedgerRow]:
    study = open_study(path)
    try:
        row = _latest(_rows(study)).get(reader)
        if row is None:
            raise AppError(f"No bundle of {reader} was made.", "Make it first: `study bundle`.")
        return study.studies.current().protocol, row
    finally:
        study.close()


def _latest(rows: tuple[LedgerRow, ...]) -> dict[str, LedgerRow]:
    return {row.reader: row for row in rows}


def _rows(study: OpenStudy) -> tuple[LedgerRow, ...]:
    registry = BundleRegistry(study.folder)
    made = sorted(registry.made(), key=lambda one: (one.reader, one.made_utc))
    last = {one.reader: one.bundle for one in made}
    sent, merges = registry.sent(), registry.merges()
    deadline = study.studies.current().protocol.deadline
    out = retired(study.database)
    rows = []
    for one in made:
        history = study.readings.history(one.reader).without(out.cases)
        mine = [merge for merge in merges if merge.bundle == one.bundle]
        rows.append(
            LedgerRow(
                bundle=one.bundle,
                reader=one.reader,
                version=one.version,
                made=one.made_utc,
                sent=sent.get(one.bundle),
                opened=_opened(study, one.reader, one.bundle),
                returned=max((merge.merged_utc for merge in mine), default=None),
                readings=sum(merge.readings for merge in mine),
                left=len(history.plan) - len(history.finished),
                due=date.fromisoformat(deadline) if deadline else None,
                replaced=last[one.reader] != one.bundle,
                withdrawn=one.reader in out.readers,
            )
        )
    return tuple(rows)


def _opened(study: OpenStudy, reader: str, bundle: str) -> datetime | None:
    """When a sitting on the bundle began first, by the results that came back."""
    on_it = (
        event.at.utc
        for event in study.readings.events_of_kind(reader, EventKind.SESSION_OPENED)
        if str(event.payload.get("site", "")).endswith(f"bundle {bundle[:8]}")
    )
    return next(on_it, None)

"""What is out of a study, asked of its database: by the coordinator's chain, or as a reader may know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, select, text

from app.store.database import Database
from app.store.rows import event_of
from app.store.tables import EVENTS
from app.study.chain_check import StoredEvent
from app.study.conduct import COORDINATOR
from app.study.life import Retired, StudyLife, study_life

_DECIDED = select(EVENTS).where(EVENTS.c.reader == COORDINATOR).order_by(EVENTS.c.sequence)


def life_of(database: Database) -> StudyLife:
    """All that was decided after the freeze; a reader's login sees nothing of it."""
    return _life(database.look(_DECIDED)[0])


def retired(database: Database) -> Retired:
    """Readers and cases that are out; a reader's login sees the cases, and itself."""
    return retired_in(database, database.look(retired_query(database))[0])


def retired_query(database: Database) -> Executable:
    """What is asked for that."""
    return text("SELECT kind, code FROM seat.retired") if database.as_reader else _DECIDED


def retired_in(database: Database, rows: Sequence[Any]) -> Retired:  # Any: rows
    """The same in the rows of that query."""
    if database.as_reader:
        return Retired(
            *(frozenset(row.code for row in rows if row.kind == kind) for kind in ("reader", "case"))
        )
    life = _life(rows)
    return Retired(frozenset(life.withdrawn), frozenset(life.excluded))


def _life(rows: Sequence[Any]) -> StudyLife:  # Any: rows
    return study_life(StoredEvent(row.sequence, event_of(row), row.sha256) for row in rows)

"""What is out of a study, asked of its database: by the coordinator's chain, or as a reader may know it."""

from __future__ import annotations

from sqlalchemy import select, text

from app.store.database import Database
from app.store.rows import event_of
from app.store.tables import EVENTS
from app.study.chain_check import StoredEvent
from app.study.conduct import COORDINATOR
from app.study.life import Retired, StudyLife, study_life


def life_of(database: Database) -> StudyLife:
    """All that was decided after the freeze; a reader's login sees nothing of it."""
    query = select(EVENTS).where(EVENTS.c.reader == COORDINATOR).order_by(EVENTS.c.sequence)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return study_life(StoredEvent(row.sequence, event_of(row), row.sha256) for row in rows)


def retired(database: Database) -> Retired:
    """Readers and cases that are out; a reader's login sees the cases, and itself."""
    if not database.as_reader:
        life = life_of(database)
        return Retired(frozenset(life.withdrawn), frozenset(life.excluded))
    with database.reading() as connection:
        rows = connection.execute(text("SELECT kind, code FROM seat.retired")).all()
    return Retired(*(frozenset(row.code for row in rows if row.kind == kind) for kind in ("reader", "case")))

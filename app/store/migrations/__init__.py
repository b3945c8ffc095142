"""How the tables came to be: one numbered file per step, applied in order, never changed once released."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from app.errors import AppError
from app.store.database import Database, format_of
from app.store.migrations import (
    m0001_readings,
    m0002_ai_results,
    m0003_shared,
    m0004_questions,
    m0005_life,
    m0006_asides,
)
from app.study.canonical import utc_text

MIGRATIONS: tuple[tuple[int, Callable[[Connection], None]], ...] = (
    (1, m0001_readings.upgrade),
    (2, m0002_ai_results.upgrade),
    (3, m0003_shared.upgrade),
    (4, m0004_questions.upgrade),
    (5, m0005_life.upgrade),
    (6, m0006_asides.upgrade),
)
NEWEST = MIGRATIONS[-1][0]


def migrate(database: Database) -> None:
    """Bring the database up to this program; raises AppError when it was written by a newer one."""
    found = format_of(database)
    if found > NEWEST:
        raise AppError(
            f"{database.name} was written by a newer program (format {found}, known here: {NEWEST}).",
            "Install the newer version.",
        )
    for number, upgrade in MIGRATIONS:
        if number > found:
            with database.writing() as connection:
                upgrade(connection)
                connection.execute(
                    text("INSERT INTO schema_version (version, upgraded_utc) VALUES (:number, :utc)"),
                    {"number": number, "utc": utc_text(datetime.now(UTC))},
                )

"""Sixth format: what else is shown of a case, and that it was shown.

A reader on a server sees what is shown later of a case once the own first answer on it is locked.
"""

from __future__ import annotations

from sqlalchemy import Connection

from app.store.migrations import m0004_questions, m0005_life
from app.store.migrations.m0003_doors import KINDS, check_form

NEW_KINDS = ("aside_shown", "aside_toggled")

CASES_SEEN = """
    CREATE OR REPLACE VIEW seat.cases WITH (security_barrier) AS
    SELECT code, ordinal, files, image_hashes, CASE WHEN (SELECT body::jsonb->'screen'
    ->>'clinical_information' FROM public.protocols ORDER BY version DESC LIMIT 1) = 'true'
    THEN clinical_information ELSE '' END AS clinical_information, as_shown, simulated,
    protocol_version, beside, CASE WHEN EXISTS (
      SELECT 1 FROM public.readings r WHERE r.reader = (SELECT seat.reader())
      AND r.case_code = cases.code AND r.locked AND seat.committed(r.xmin)
    ) THEN beside_later ELSE '{}' END AS beside_later
    FROM public.cases WHERE (SELECT seat.reader()) IS NOT NULL
"""


def upgrade(connection: Connection) -> None:
    """Two columns, and on a server the view of readers and the door that knows the new kinds of event."""
    for column in ("beside", "beside_later"):
        connection.exec_driver_sql(f"ALTER TABLE cases ADD COLUMN {column} TEXT NOT NULL DEFAULT '{{}}'")
    if connection.dialect.name == "postgresql":
        known = (*KINDS, *m0004_questions.NEW_KINDS, *m0005_life.NEW_KINDS, *NEW_KINDS)
        for statement in (check_form(known), CASES_SEEN):
            connection.exec_driver_sql(statement.replace("%", "%%"))

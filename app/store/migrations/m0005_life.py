"""Fifth format: what is decided of a study after its first day are events of the coordinator's chain.

On a server a reader who was withdrawn opens no further case, and a case that was excluded is left out of
everybody's turn; readers see which cases these are, not why. A window that did not know it yet, because the
network was away, may have shown an excluded case: its answer is taken, for all that was read after it hangs
on it, and left out of the analysis as any other on that case.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.store.migrations import m0004_questions
from app.store.migrations.m0003_doors import KINDS, check_form

NEW_KINDS = ("reader_standing", "case_standing", "truth_recorded", "protocol_amended")

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_OUT = "(SELECT r.code FROM public.retired r WHERE r.kind = 'case')"

RETIRED = (
    """
    CREATE VIEW public.retired WITH (security_barrier) AS
      SELECT kind, code FROM (
        SELECT DISTINCT ON (e.kind, coalesce(e.payload::jsonb->>'reader', e.payload::jsonb->>'case'))
          CASE e.kind WHEN 'reader_standing' THEN 'reader' ELSE 'case' END AS kind,
          coalesce(e.payload::jsonb->>'reader', e.payload::jsonb->>'case') AS code,
          e.payload::jsonb->>'out' AS is_out
        FROM public.events e
        WHERE e.reader = '(coordinator)' AND e.kind IN ('reader_standing', 'case_standing')
        ORDER BY e.kind, coalesce(e.payload::jsonb->>'reader', e.payload::jsonb->>'case'), e.sequence DESC
      ) AS last_word WHERE is_out = 'true'
    """,
    """
    CREATE VIEW seat.retired WITH (security_barrier) AS
      SELECT r.kind, r.code FROM public.retired r
      WHERE (SELECT seat.reader()) IS NOT NULL AND (r.kind = 'case' OR r.code = (SELECT seat.reader()))
    """,
)
"""The last word on each reader and case, of those that are out."""

CHECK_TURN = f"""
    CREATE OR REPLACE FUNCTION seat.check_turn(wanted text, item public.assignments) RETURNS void
    LANGUAGE plpgsql {_DEFINER} AS $$
    DECLARE
      before integer := (SELECT max(a.position) FROM public.assignments a WHERE a.reader = wanted
                         AND a.visit = item.visit AND a.position < item.position
                         AND a.case_code NOT IN {_OUT});
    BEGIN
      IF EXISTS (SELECT 1 FROM public.readings r WHERE r.reader = wanted AND r.position = item.position
                 AND r.amends = '' AND NOT r.locked) THEN
        PERFORM seat.refuse(format('place %s of the list was answered already', item.position));
      END IF;
      IF seat.owns() THEN
        RETURN;
      END IF;
      IF EXISTS (SELECT 1 FROM public.retired r WHERE r.kind = 'reader' AND r.code = wanted) THEN
        PERFORM seat.refuse(format('reader %s was withdrawn', wanted));
      END IF;
      IF EXISTS (SELECT 1 FROM public.events e
                 WHERE e.reader = wanted AND e.position = item.position) THEN
        RETURN;
      END IF;
      IF before IS NULL THEN
        IF EXISTS (SELECT 1 FROM public.assignments a WHERE a.reader = wanted AND a.visit < item.visit
                   AND a.case_code NOT IN {_OUT}
                   AND NOT EXISTS (SELECT 1 FROM public.readings r WHERE r.reader = wanted
                                   AND r.position = a.position AND r.amends = '' AND NOT r.locked)) THEN
          PERFORM seat.refuse(format('an earlier visit than %s is not over', item.visit));
        END IF;
        PERFORM seat.check_washout(wanted, item.visit);
      ELSIF NOT EXISTS (SELECT 1 FROM public.events e WHERE e.reader = wanted AND e.position = before) THEN
        PERFORM seat.refuse(format('place %s of the list comes before place %s', before, item.position));
      END IF;
    END $$
    """
"""The turn of a case as the third format had it, past what is out."""


def upgrade(connection: Connection) -> None:
    """A file database has no doors; there the step leaves everything as it is."""
    if connection.dialect.name != "postgresql":
        return
    run = connection.exec_driver_sql
    for statement in (*RETIRED, CHECK_TURN, check_form((*KINDS, *m0004_questions.NEW_KINDS, *NEW_KINDS))):
        run(statement.replace("%", "%%"))
    groups = text("SELECT role FROM logins WHERE kind = 'group' AND reader = 'reader'")
    for group in connection.execute(groups).scalars().all():  # of a study that was served before
        run(f"GRANT SELECT ON seat.retired TO {group}")

"""What readers see of a shared study: one view per table, under the table's own name, in the schema `seat`.

Readers have no right on the tables. A view shows the rows of whoever asks, and of each row what that reader
may know by now.
"""

from __future__ import annotations

_OWN = ("events", "readings", "heads", "arrivals")
"""Tables with a column `reader`, of which a reader sees the own rows as they are."""

COMMITTED = """
    CREATE FUNCTION seat.committed(inserted xid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
      SELECT coalesce(pg_xact_status(greatest(full_number, 2)::text::xid8), 'committed') = 'committed'
      FROM (SELECT latest - 2147483648
                   + (inserted::text::bigint - latest % 4294967296 + 6442450944) % 4294967296
            FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint) AS now (latest))
        AS row_ (full_number)
    $$
"""
"""Whether the transaction that inserted a row is over: what can still be rolled back reveals nothing. A row
carries the lower 32 bits of its transaction's number; the whole one is that nearest to the latest (2 is that
of rows older than any)."""

_REVEALED = """
    EXISTS (SELECT 1 FROM public.readings r WHERE r.reader = (SELECT seat.reader())
            AND r.case_code = a.case_code AND r.locked AND seat.committed(r.xmin))
    OR EXISTS (SELECT 1 FROM public.assignments s JOIN public.events e
               ON e.reader = s.reader AND e.position = s.position AND e.case_code = s.case_code
               WHERE s.reader = (SELECT seat.reader()) AND s.case_code = a.case_code
               AND s.arm = 'aided' AND e.kind = 'displayed' AND seat.committed(e.xmin)
               AND (SELECT body::jsonb->>'mode' FROM public.protocols ORDER BY version DESC LIMIT 1)
                   <> 'sequential')
"""
"""A model's answer is there for a reader whose first answer is locked, or who has the case on the screen in
an aided arm; every such step is a row that cannot be taken back."""


def _view(name: str, query: str) -> str:
    return f"CREATE VIEW seat.{name} WITH (security_barrier) AS {query}"


VIEWS = (
    _view("openings", "SELECT min(utc) AS utc FROM public.openings"),
    _view("schema_version", "SELECT version, upgraded_utc FROM public.schema_version"),
    _view(
        "protocols",
        "SELECT p.version, p.sha256, t.body, p.created_utc, p.frozen_utc FROM public.protocols p "
        "JOIN public.told_protocols t ON t.version = p.version WHERE t.reader = (SELECT seat.reader())",
    ),
    _view(
        "cases",
        "SELECT code, ordinal, files, image_hashes, CASE WHEN (SELECT body::jsonb->'screen'"
        "->>'clinical_information' FROM public.protocols ORDER BY version DESC LIMIT 1) = 'true' "
        "THEN clinical_information ELSE '' END AS clinical_information, as_shown, simulated, "
        "protocol_version FROM public.cases WHERE (SELECT seat.reader()) IS NOT NULL",
    ),
    _view(
        "assignments",
        "SELECT reader, position, case_code, arm, visit, warm_up, NULL::integer AS repeat_of "
        "FROM public.assignments WHERE reader = (SELECT seat.reader())",
    ),
    *(_view(table, f"SELECT * FROM public.{table} WHERE reader = (SELECT seat.reader())") for table in _OWN),
    _view(
        "ai_results",
        "SELECT a.case_code, a.source, a.images, coalesce(t.result, a.result) AS result, "
        "coalesce(t.heatmaps, a.heatmaps) AS heatmaps FROM public.ai_results a "
        "LEFT JOIN public.told_ai t ON t.case_code = a.case_code "
        f"WHERE t.absent IS NOT TRUE AND ({_REVEALED})",
    ),
)

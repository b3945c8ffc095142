"""What readers of a shared study are told of its protocol and of the AI, kept ready beside the whole.

On a reader's own computer nothing can be kept from that reader: what is planned to be wrong is turned over,
and what is planned to be absent left out, before a reader's login sees it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from app.bounded import json_in
from app.store.heatmaps import packed, result_with
from app.store.tables import AI_RESULTS, PROTOCOLS
from app.study.canonical import canonical_json, from_plain
from app.study.planned_ai import planned
from app.study.protocol import Protocol
from app.study.redacted import for_reader


def tell(connection: Connection) -> None:
    """Write anew what readers are told, after the protocol was written; in a file nobody is told less."""
    if connection.dialect.name != "postgresql":
        return
    protocols = _protocols(connection)
    run = connection.execute
    run(text("DELETE FROM told_protocols"))
    run(text("DELETE FROM told_ai"))
    rows = [
        {"version": each.version, "reader": reader, "body": canonical_json(for_reader(each, reader))}
        for each in protocols
        for reader in protocols[-1].readers
    ]
    run(text("INSERT INTO told_protocols VALUES (:version, :reader, :body)"), rows)
    if absent := [{"case": case} for case in protocols[-1].ai.absent_cases]:
        run(text("INSERT INTO told_ai VALUES (:case, true, NULL, NULL)"), absent)
    tell_ai(connection, protocols[-1].ai.wrong_cases)


def tell_ai(connection: Connection, cases: Sequence[str]) -> None:
    """Write anew what readers are told of the AI on these cases, after a result of theirs was written."""
    if connection.dialect.name != "postgresql" or not cases:
        return
    rules = _protocols(connection)[-1].ai
    wrong = [case for case in cases if case in rules.wrong_cases]
    for row in connection.execute(select(AI_RESULTS).where(AI_RESULTS.c.case_code.in_(wrong))).all():
        whole = result_with(json_in(row.result), bytes(row.heatmaps))
        shown = planned(whole, rules, row.case_code)
        assert shown is not None, "a case is planned to be wrong or to be absent"
        told = {"case": row.case_code, "said": canonical_json(shown.words), "maps": packed(shown.heatmaps)}
        connection.execute(
            text(
                "INSERT INTO told_ai VALUES (:case, false, :said, :maps) "
                "ON CONFLICT (case_code) DO UPDATE SET result = :said, heatmaps = :maps"
            ),
            told,
        )


def _protocols(connection: Connection) -> list[Protocol]:
    bodies = connection.execute(select(PROTOCOLS.c.body).order_by(PROTOCOLS.c.version)).scalars()
    return [from_plain(Protocol, json_in(body)) for body in bodies]

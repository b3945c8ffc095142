"""Logins of a shared study: readers, analysts, the coordinator; and what each may see, row by row."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, text

from app.errors import AppError
from app.store.database import Database
from app.study.protocol import Mode

_OPEN = ("schema_version", "protocols", "cases")
"""What every reader of the study may see: design and case list, never truth, which is not on the server."""
_OWN = ("assignments", "events", "readings", "heads")
"""Tables with a column `reader`, of which a reader sees the own rows."""
_APPEND = ("events", "readings")
_DOORS = (
    "scintiread_reader()",
    "scintiread_require(text)",
    "scintiread_lock_chain(text)",
    "scintiread_advance(text, integer, text, integer, text)",
    "scintiread_freeze(text)",
    "scintiread_sit(text, text)",
)
_REVEALED = f"""
    EXISTS (SELECT 1 FROM readings r WHERE r.reader = scintiread_reader()
            AND r.case_code = ai_results.case_code AND r.locked)
    OR EXISTS (SELECT 1 FROM assignments a JOIN events e
               ON e.reader = a.reader AND e.position = a.position AND e.case_code = a.case_code
               WHERE a.reader = scintiread_reader() AND a.case_code = ai_results.case_code
               AND a.arm = 'aided' AND e.kind = 'displayed'
               AND '{Mode.SEQUENTIAL}' NOT IN (SELECT body::jsonb ->> 'mode' FROM protocols))
"""
"""A model's answer is there for a reader whose first answer is locked, or who has the case on the screen in
an aided arm; every such step is a row that cannot be taken back."""


class LoginKind(StrEnum):
    """What somebody does in a study."""

    READER = "reader"
    ANALYST = "analyst"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Login:
    """One login; the password is shown once and kept nowhere by the program."""

    role: str
    kind: LoginKind
    reader: str
    password: str


def make_logins(database: Database, readers: Sequence[str], analysts: int = 0) -> tuple[Login, ...]:
    """Give readers and analysts a login each, with a new password, and set the rules; may be repeated.

    Raises AppError for a study in a file, and without the right to make roles.
    """
    require_server(database)
    with database.writing() as connection:
        name = str(connection.execute(text("SELECT current_database()")).scalar_one())
        logins = [
            Login(_role(name, reader), LoginKind.READER, reader, secrets.token_urlsafe(18))
            for reader in readers
        ]
        logins += [
            Login(_role(name, f"analyst{place}"), LoginKind.ANALYST, "", secrets.token_urlsafe(18))
            for place in range(1, analysts + 1)
        ]
        _refuse_doubles(logins)
        _set_rules(connection, name)
        for login in logins:
            _make(connection, name, login)
    return tuple(logins)


def require_server(database: Database) -> None:
    """Raise AppError for a study in a file."""
    if database.file is not None:
        raise AppError(
            "The study lies in a file, which has no logins.",
            "Give the readers bundles, or make it again with --database postgresql+psycopg://… and --copy; "
            "coordinator/bundles, copied there, lets bundles that are out already merge.",
        )


def require_coordinator(database: Database, folder: str) -> None:
    """Raise AppError when the login of the study's folder is a reader's or an analyst's; a file has none."""
    if database.file is not None:
        return
    query = text(
        "SELECT pg_has_role(session_user, tableowner, 'MEMBER') FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename = 'heads'"
    )
    with database.reading() as connection:
        owns = connection.execute(query).scalar()
    if not owns:
        raise AppError(
            f"{folder} is the folder of one login of a study on a server.",
            "Use the coordinator's own folder: only its login sees and adds everybody's answers.",
        )


def _role(database: str, who: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", f"{database}_{who}".lower())[:63]


def _refuse_doubles(logins: Sequence[Login]) -> None:
    if len({login.role for login in logins}) < len(logins):
        raise AppError(
            "Two readers would get the same login: their codes differ in signs only.", "Rename one."
        )


def _set_rules(connection: Connection, database: str) -> None:
    """Groups, grants and row rules; each written so that it may be set again."""
    readers, analysts = (_quoted(_role(database, f"all_{kind}s")) for kind in ("reader", "analyst"))
    run = connection.exec_driver_sql
    for group in (readers, analysts):
        run(
            f"DO $$ BEGIN CREATE ROLE {group} NOLOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {readers}, {analysts}")
    run(f"GRANT USAGE ON SCHEMA public TO {readers}, {analysts}")
    run(f"GRANT SELECT ON {', '.join((*_OPEN, *_OWN, 'ai_results'))} TO {readers}, {analysts}")
    run(f"GRANT INSERT ON {', '.join(_APPEND)} TO {readers}")
    for door in _DOORS:
        run(f"GRANT EXECUTE ON FUNCTION {door} TO {readers}")
    for table in (*_OWN, "ai_results"):
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for rule in ("readers_see", "readers_add", "analysts_see"):
            run(f"DROP POLICY IF EXISTS {rule} ON {table}")
        run(f"CREATE POLICY analysts_see ON {table} FOR SELECT TO {analysts} USING (true)")
        seen = _REVEALED if table == "ai_results" else "reader = scintiread_reader()"
        run(f"CREATE POLICY readers_see ON {table} FOR SELECT TO {readers} USING ({seen})".replace("%", "%%"))
        if table in _APPEND:
            run(
                f"CREATE POLICY readers_add ON {table} FOR INSERT TO {readers} "
                "WITH CHECK (reader = scintiread_reader())"
            )


def _make(connection: Connection, database: str, login: Login) -> None:
    role, group = _quoted(login.role), _quoted(_role(database, f"all_{login.kind.value}s"))
    run = connection.exec_driver_sql
    run(
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    # the password is URL-safe base64: nothing in it needs quoting
    run(f"ALTER ROLE {role} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{login.password}'")
    run(f"GRANT {group} TO {role}")
    run(f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {role}")
    connection.execute(
        text(
            "INSERT INTO logins (role, kind, reader) VALUES (:role, :kind, :reader) "
            "ON CONFLICT (role) DO UPDATE SET kind = :kind, reader = :reader"
        ),
        {"role": login.role, "kind": login.kind.value, "reader": login.reader},
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

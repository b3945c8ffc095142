"""Logins of a shared study: readers, analysts, the coordinator; and what each may call and see.

What a reader sees and may do is laid down once, in `app.store.migrations`; here it is given to roles.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, text

from app.errors import AppError
from app.store.database import Database
from app.store.migrations.m0003_doors import OPEN
from app.study.canonical import canonical_json, sha256_text

_TABLES = "schema_version, protocols, cases, assignments, events, readings, heads, ai_results"
"""What an analyst sees whole; what a reader sees of it are the views of the schema `seat`."""
_LARGE = ("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)", "lo_put(oid, bigint, bytea)")
"""Files of the server's own, which anybody may make who is not kept from it."""


_MOST_CONNECTIONS = 10
"""Of one login; a window has two or three, and those that the network lost linger for a while."""
_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30s",
    "tcp_keepalives_interval": "10s",
    "tcp_keepalives_count": "3",
}
"""So that a computer that was lost holds nothing for long; who means harm can set them otherwise, and then
holds rows of the own alone."""


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


@dataclass(frozen=True)
class Opened:
    """The logins that were made, and what only the server's administrator can do."""

    logins: tuple[Login, ...]
    remarks: tuple[str, ...] = ()


def make_logins(database: Database, readers: Sequence[str], analysts: int = 0) -> Opened:
    """Give readers and analysts a login each, with a new password, and set the rules; may be repeated.

    Raises AppError for a study in a file, without the right to make roles, and for a role that is there and
    not this study's.
    """
    require_server(database)
    people = [(LoginKind.READER, reader) for reader in readers]
    people += [(LoginKind.ANALYST, f"analyst{place}") for place in range(1, analysts + 1)]
    with database.writing() as connection:
        names = _Names(connection)
        remarks = _set_rules(connection, names)
        logins = []
        for kind, code in people:
            reader = code if kind is LoginKind.READER else ""
            logins.append(Login(names.of(kind, code), kind, reader, secrets.token_urlsafe(18)))
            _make(connection, names, logins[-1])
    return Opened(tuple(logins), remarks)


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
        "SELECT pg_has_role(session_user, tableowner, 'MEMBER') FROM pg_catalog.pg_tables "
        "WHERE schemaname = 'public' AND tablename = 'heads'"
    )
    with database.reading() as connection:
        owns = connection.execute(query).scalar()
    if not owns:
        raise AppError(
            f"{folder} is the folder of one login of a study on a server.",
            "Use the coordinator's own folder: only its login sees and adds everybody's answers.",
        )


class _Names:
    """How the roles of this study are called: all roles of a server share one room, and 63 letters."""

    def __init__(self, connection: Connection) -> None:
        found = connection.execute(text("SELECT study, current_database() FROM named")).one()
        self._study, self.database = str(found[0]), str(found[1])
        self._known = frozenset(connection.execute(text("SELECT role FROM logins")).scalars())
        self._taken = frozenset(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())

    def of(self, kind: str, code: str) -> str:
        """The name of a role, a hash of study, kind and code; raises AppError when it is somebody else's."""
        told = canonical_json([self._study, self.database, kind, code])
        role = f"scintiread_{sha256_text(told)[:32]}"
        if role in self._taken and role not in self._known:
            raise AppError(
                f"The server has a role {role} that is not of this study.",
                "Nothing was changed; ask who administers the server whose it is.",
            )
        return role

    def is_there(self, role: str) -> bool:
        """Whether a role of this study was made before."""
        return role in self._taken


def _set_rules(connection: Connection, names: _Names) -> tuple[str, ...]:
    """Groups and grants, written so that they may be set again; nothing here waits for a reader's window."""
    groups = {kind: names.of("group", kind.value) for kind in (LoginKind.READER, LoginKind.ANALYST)}
    run = connection.exec_driver_sql
    for kind, group in groups.items():
        if not names.is_there(group):
            run(f"CREATE ROLE {group} NOLOGIN")
        _note(connection, group, "group", kind.value)
    readers, analysts = groups.values()
    run(f"REVOKE ALL ON DATABASE {_quoted(names.database)} FROM PUBLIC")
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public, seat FROM PUBLIC, {readers}, {analysts}")
    run(f"GRANT USAGE ON SCHEMA public TO {analysts}")
    run(f"GRANT SELECT ON {_TABLES}, arrivals, openings TO {analysts}")
    run(f"GRANT USAGE ON SCHEMA seat TO {readers}, {analysts}")
    run(f"GRANT EXECUTE ON FUNCTION seat.now_utc() TO {analysts}")
    run(f"GRANT SELECT ON ALL TABLES IN SCHEMA seat TO {readers}")
    run(f"GRANT EXECUTE ON FUNCTION {', '.join(OPEN)} TO {readers}")
    return _close_the_rest(connection, names.database)


def _close_the_rest(connection: Connection, database: str) -> tuple[str, ...]:
    """Keep everybody from making tables and files of their own; a remark for what this login may not do."""
    revoked = f"REVOKE EXECUTE ON FUNCTION {', '.join(_LARGE)} FROM PUBLIC"
    run = connection.exec_driver_sql
    if connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar():
        run(revoked)
    remarks = []
    query = text("SELECT has_function_privilege('public', 'pg_catalog.lo_create(oid)', 'EXECUTE')")
    if connection.execute(query).scalar():
        remarks.append(
            f"Logins can fill the server with large objects, until its administrator runs: {revoked};"
        )
    query = text("SELECT has_database_privilege('public', current_database(), 'TEMPORARY')")
    if connection.execute(query).scalar():
        remarks.append(
            "Logins can make temporary tables, until the database's owner runs: "
            f"REVOKE TEMPORARY ON DATABASE {_quoted(database)} FROM PUBLIC;"
        )
    return tuple(remarks)


def _make(connection: Connection, names: _Names, login: Login) -> None:
    """Make one login, or give it a new password; neither needs more than the right to make roles."""
    role, group = login.role, names.of("group", login.kind.value)
    run = connection.exec_driver_sql
    driver = connection.connection.driver_connection
    assert driver is not None
    # the server and its logs get what the password is checked by, never the password
    secret = driver.pgconn.encrypt_password(login.password.encode(), role.encode(), b"scram-sha-256").decode()
    made = f"{'ALTER' if names.is_there(role) else 'CREATE'} ROLE {role}"
    run(f"{made} LOGIN CONNECTION LIMIT {_MOST_CONNECTIONS} PASSWORD '{secret}'")
    run(f"GRANT {group} TO {role}")
    run(f"GRANT CONNECT ON DATABASE {_quoted(names.database)} TO {role}")
    settings = {**_LIMITS, **({"search_path": "seat"} if login.kind is LoginKind.READER else {})}
    for name, value in settings.items():
        run(f"ALTER ROLE {role} IN DATABASE {_quoted(names.database)} SET {name} = '{value}'")
    _note(connection, role, login.kind.value, login.reader)


def _note(connection: Connection, role: str, kind: str, reader: str) -> None:
    connection.execute(
        text(
            "INSERT INTO logins (role, kind, reader) VALUES (:role, :kind, :reader) "
            "ON CONFLICT (role) DO UPDATE SET kind = :kind, reader = :reader"
        ),
        {"role": role, "kind": kind, "reader": reader},
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'

"""Third format: on a PostgreSQL server, whom a login belongs to, the doors and the views of readers.

A file database has one user; there the step leaves everything as it is.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text

from app.store.migrations.m0003_doors import CHECKS, DOORS, WHO
from app.store.migrations.m0003_seen import COMMITTED, VIEWS

_METADATA = MetaData()

Table("named", _METADATA, Column("study", String(32), primary_key=True))
Table(
    "logins",
    _METADATA,
    Column("role", String(63), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reader", String(32), nullable=False),
)
Table(
    "sittings",
    _METADATA,
    Column("reader", String(32), primary_key=True),
    Column("holder", String(256), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("role", String(63), nullable=False),
    Column("token", String(64), nullable=False),
)
Table(
    "arrivals",
    _METADATA,
    Column("reader", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("utc", String(32), nullable=False),
    Column("merged", Boolean, nullable=False),
)
Table(
    "openings",
    _METADATA,
    Column("reader", String(32), primary_key=True),
    Column("utc", String(32), nullable=False),
)
"""When each reader first opened the study, which freezes it: rows that nobody has to wait for."""
Table(
    "told_protocols",
    _METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("reader", String(32), primary_key=True),
    Column("body", Text, nullable=False),
)
Table(
    "told_ai",
    _METADATA,
    Column("case_code", String(128), primary_key=True),
    Column("absent", Boolean, nullable=False),
    Column("result", Text),
    Column("heatmaps", LargeBinary),
)


def upgrade(connection: Connection) -> None:
    """Create tables, functions and views on a server; until it is granted, only the owner may use them."""
    if connection.dialect.name != "postgresql":
        return
    _METADATA.create_all(connection)
    # roles belong to the whole server: their names are made of this, which no other study there has
    connection.exec_driver_sql(f"INSERT INTO named VALUES ('{secrets.token_hex(16)}')")
    connection.exec_driver_sql("CREATE SCHEMA seat")
    for statement in (*WHO, *CHECKS, *DOORS, COMMITTED, *VIEWS):
        connection.exec_driver_sql(statement.replace("%", "%%"))
    connection.exec_driver_sql("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA seat FROM PUBLIC")

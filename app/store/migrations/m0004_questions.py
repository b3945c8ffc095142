"""Fourth format: answers to a study's own questions, and the frame of the films, are events of their own."""

from __future__ import annotations

from sqlalchemy import Connection

from app.store.migrations.m0003_doors import KINDS, check_form

NEW_KINDS = ("question", "cropped")


def upgrade(connection: Connection) -> None:
    """A file database has no doors; there the step leaves everything as it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(check_form((*KINDS, *NEW_KINDS)).replace("%", "%%"))

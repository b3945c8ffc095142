"""Third format: on a PostgreSQL server, whom a login belongs to and the doors through which readers write.

A file database has one user; there the step leaves everything as it is.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table

_METADATA = MetaData()

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
)

_FUNCTIONS = (
    """
    CREATE FUNCTION scintiread_reader() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT reader FROM logins WHERE role = session_user AND kind = 'reader' $$
    """,
    """
    CREATE FUNCTION scintiread_require(wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE owner name := (SELECT tableowner FROM pg_tables WHERE tablename = 'heads' LIMIT 1);
    BEGIN
      IF scintiread_reader() IS DISTINCT FROM wanted AND NOT pg_has_role(session_user, owner, 'MEMBER') THEN
        RAISE EXCEPTION 'permission denied: % is not reader %', session_user, wanted;
      END IF;
    END $$
    """,
    """
    CREATE FUNCTION scintiread_lock_chain(wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      PERFORM scintiread_require(wanted);
      PERFORM pg_advisory_xact_lock(hashtext('scintiread chain'), hashtext(wanted));
    END $$
    """,
    """
    CREATE FUNCTION scintiread_advance(
      wanted text, new_readings integer, new_readings_sha text, new_events integer, new_events_sha text
    ) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      PERFORM scintiread_require(wanted);
      IF (SELECT coalesce(max(number), 0) FROM readings WHERE reader = wanted) <> new_readings
         OR (SELECT coalesce(max(sequence), 0) FROM events WHERE reader = wanted) <> new_events
         OR EXISTS (SELECT 1 FROM readings
                    WHERE reader = wanted AND number = new_readings AND sha256 <> new_readings_sha)
         OR EXISTS (SELECT 1 FROM events
                    WHERE reader = wanted AND sequence = new_events AND sha256 <> new_events_sha) THEN
        RAISE EXCEPTION 'the chain of reader % does not end there', wanted;
      END IF;
      INSERT INTO heads (reader, readings, readings_sha256, events, events_sha256)
      VALUES (wanted, new_readings, new_readings_sha, new_events, new_events_sha)
      ON CONFLICT (reader) DO UPDATE SET readings = new_readings, readings_sha256 = new_readings_sha,
        events = new_events, events_sha256 = new_events_sha;
    END $$
    """,
    """
    CREATE FUNCTION scintiread_freeze(moment text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ UPDATE protocols SET frozen_utc = moment WHERE frozen_utc IS NULL $$
    """,
    """
    CREATE FUNCTION scintiread_sit(wanted text, who text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      PERFORM scintiread_require(wanted);
      IF NOT pg_try_advisory_lock(hashtext('scintiread sitting'), hashtext(wanted)) THEN
        RETURN coalesce((SELECT holder FROM sittings WHERE reader = wanted), 'elsewhere');
      END IF;
      INSERT INTO sittings (reader, holder) VALUES (wanted, who)
      ON CONFLICT (reader) DO UPDATE SET holder = who;
      RETURN '';
    END $$
    """,
)


def upgrade(connection: Connection) -> None:
    """Create tables and functions on a server; nobody but the owner may call them until they are granted."""
    if connection.dialect.name != "postgresql":
        return
    _METADATA.create_all(connection)
    for function in _FUNCTIONS:
        connection.exec_driver_sql(function.replace("%", "%%"))
    connection.exec_driver_sql("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")

"""A reader with a database client puts things of the own in the way of the study's."""

from __future__ import annotations

import psycopg
import pytest

from app.workflows.study.verify import study_verify
from tests.attacks.server.hand import Hand
from tests.store.server.shared_study import Shared, read_one
from tests.study.helpers import NO

MAKING = [
    "CREATE TEMP TABLE heads (a int)",
    "CREATE TEMP TABLE logins (role text, kind text, reader text)",
    "CREATE TEMP VIEW readings AS SELECT 1",
    "CREATE FUNCTION pg_temp.reader() RETURNS text LANGUAGE sql AS $$ SELECT 'R2' $$",
    "CREATE SCHEMA mine",
    "CREATE TABLE seat.mine (a int)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
]


def test_a_reader_makes_nothing_in_the_database(shared: Shared) -> None:
    with shared.client("R1") as client:
        for statement in MAKING:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                client.execute(statement)  # type: ignore[call-overload]
                pytest.fail(statement)


def test_a_search_path_of_the_own_makes_nobody_another_reader(shared: Shared) -> None:
    hand = Hand(shared, "R2")
    for path in ("pg_temp, seat", "public", "pg_catalog", '"$user"'):
        with shared.client("R1") as client:
            client.execute(f"SET search_path = {path}")  # type: ignore[call-overload]
            for setting in ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"):
                client.execute(f"SET {setting} = off")  # type: ignore[call-overload]
            with pytest.raises(psycopg.Error, match="is not reader R2"):
                hand.append(client, *hand.locked(1, NO))
            with pytest.raises(psycopg.Error, match="is not reader R2"):
                client.execute("SELECT seat.sit('R2', 'R1 was here')")
            assert client.execute("SELECT seat.reader()").fetchall() == [("R1",)]
    seat = shared.seat("R2")
    read_one(seat, "R2")
    seat.close()
    assert study_verify(shared.path).ok

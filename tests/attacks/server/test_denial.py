"""A reader with a database client wants to keep others from their work."""

from __future__ import annotations

import psycopg
import pytest

from app.store.server.roles import make_logins
from app.store.server.sitting_lock import SittingLock
from app.workflows.study.verify import study_verify
from tests.attacks.server.hand import Hand
from tests.store.server.shared_study import RULES, Shared, read_one
from tests.study.helpers import NO


def reads(shared: Shared, reader: str) -> None:
    """Take the place, answer a case, give the place back."""
    seat = shared.seat(reader)
    place = SittingLock(seat.database, reader)
    read_one(seat, reader)
    place.release()
    seat.close()


def test_locks_of_one_reader_keep_no_other_from_the_place_or_the_answer(shared: Shared) -> None:
    with shared.client("R1") as client:
        for name in ("scintiread sitting", "scintiread chain"):
            for reader in ("R1", "R2"):
                client.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", (name, reader))
        reads(shared, "R2")
    verified = study_verify(shared.path)
    assert verified.ok and [chain.readings for chain in verified.chains if chain.reader == "R2"] == [2]


def test_an_open_transaction_of_one_reader_stops_neither_others_nor_the_coordinator(shared: Shared) -> None:
    client = shared.client("R1")
    client.autocommit = False
    for table in ("protocols", "cases", "assignments", "events", "readings", "heads", "ai_results"):
        client.execute(f"SELECT count(*) FROM {table}")  # type: ignore[call-overload]
    Hand(shared, "R1").append(client, *Hand(shared, "R1").locked(1, NO))
    logins = make_logins(shared.owner.database, RULES.readers, analysts=1).logins
    shared.logins = {login.reader or login.kind.value: login for login in logins}
    reads(shared, "R2")
    assert study_verify(shared.path).ok
    client.rollback()
    client.close()


def test_a_login_has_limits_of_its_own(shared: Shared) -> None:
    limits = {
        "statement_timeout": "1min",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
        "tcp_keepalives_idle": "30",
    }
    with shared.client("R1") as client:
        for name, value in limits.items():
            assert client.execute(f"SHOW {name}").fetchall() == [(value,)]  # type: ignore[call-overload]
    held = [shared.client("R1") for _ in range(10)]
    with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
        shared.client("R1")
    for each in held:
        each.close()

"""Roles belong to the whole server: studies, cases of letters and long names must not share one."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.errors import AppError
from app.store.server.roles import make_logins
from app.workflows.study.verify import study_verify
from tests.postgres_server import Server
from tests.store.server.shared_study import Shared, read_one, share
from tests.study.helpers import protocol

LONG = "l" * 60


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("n_a", "b_r1"), ("n_a_b", "r1")),
        (("n-1", "R1"), ("n_1", "R1")),
        (("Trial", "R1"), ("trial", "R1")),
        ((f"{LONG}aa", "R1"), (f"{LONG}ab", "all_analysts")),
    ],
)
def test_a_second_study_leaves_the_first_ones_readers_alone(
    server: Server, tmp_path: Path, first: tuple[str, str], second: tuple[str, str]
) -> None:
    one, two = (
        share(tmp_path / str(place), server.make(name), protocol(readers=(reader, "other")))
        for place, (name, reader) in enumerate((first, second))
    )
    assert not {login.role for login in one.logins.values()} & {each.role for each in two.logins.values()}
    for mine, reader in ((one, first[1]), (two, second[1])):
        with mine.client(reader) as client:
            assert client.execute("SELECT DISTINCT reader FROM assignments").fetchall() == [(reader,)]
            assert client.execute("SELECT count(*) FROM ai_results").fetchall() == [(0,)]
        mine.owner.close()
    stranger = make_url(two.address(second[1])).set(database=first[0], drivername="postgresql")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger.render_as_string(hide_password=False))


def test_a_role_that_is_not_of_this_study_is_never_touched(shared: Shared, server: Server) -> None:
    role = shared.logins["R1"].role
    with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("DELETE FROM logins WHERE reader = 'R1'")
    with pytest.raises(AppError, match=f"has a role {role} that is not of this study"):
        make_logins(shared.owner.database, ("R1", "R2"))
    with pytest.raises(AppError, match="not of this study"):
        make_logins(shared.owner.database, ("R1",))
    shared.client("R1").close()  # the password is the old one


def test_a_coordinator_who_may_only_make_roles_serves_the_study(server: Server, tmp_path: Path) -> None:
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as administrator:
        administrator.execute("CREATE ROLE boss LOGIN CREATEROLE PASSWORD 'owner'")
        administrator.execute("CREATE DATABASE managed OWNER boss")
    shared = share(tmp_path, server.url("managed", "boss", "owner"))
    again = make_logins(shared.owner.database, ("R1", "R2"), analysts=1)
    shared.logins |= {login.reader or login.kind.value: login for login in again.logins}
    (remark,) = again.remarks
    assert "REVOKE EXECUTE ON FUNCTION lo_create(oid)" in remark
    seat = shared.seat("R1")
    read_one(seat, "R1")
    seat.close()
    with shared.client("R1") as client, pytest.raises(psycopg.errors.InsufficientPrivilege):
        client.execute("CREATE TEMP TABLE heads (a int)")
    with shared.client("analyst") as client:
        assert client.execute("SELECT count(*) FROM readings").fetchall() == [(2,)]
    assert study_verify(shared.path).ok
    shared.owner.close()


def test_no_log_of_the_server_gets_a_password_to_read(shared: Shared) -> None:
    with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as owner:
        kept = owner.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", (shared.logins["R1"].role,)
        ).fetchall()
    assert str(kept[0][0]).startswith("SCRAM-SHA-256$")

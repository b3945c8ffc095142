"""What somebody with a database client and a reader's password can and cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.server.roles import LoginKind, make_logins
from app.store.server.sitting_lock import SittingLock
from app.study.clock import SimulatedClock
from app.workflows.study.verify import study_verify
from tests.postgres_server import Server
from tests.store.server.shared_study import RULES, Shared, count, read_one, share
from tests.store.studies import sit
from tests.study.helpers import START


@pytest.fixture
def shared(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[Shared]:
    made = share(tmp_path, new_database(f"s{uuid4().hex}"))
    yield made
    made.owner.close()


def test_a_reader_reads_with_an_own_login_and_the_chain_holds(shared: Shared) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    seat.close()
    found = study_verify(shared.path)
    assert found.ok
    assert sum(chain.readings for chain in found.chains) == 2


def test_a_reader_sees_no_other_readers_list_answers_or_events(shared: Shared) -> None:
    for reader in ("R1", "R2"):
        seat = shared.seat(reader)
        read_one(seat, reader)
        seat.close()
    with shared.client("R1") as client:
        for table in ("assignments", "events", "readings", "heads"):
            assert count(client, f"SELECT count(*) FROM {table}") > 0
            assert count(client, f"SELECT count(*) FROM {table} WHERE reader <> 'R1'") == 0


def test_what_the_ai_says_is_there_for_locked_cases_only(shared: Shared) -> None:
    with shared.client("R1") as client:
        assert count(client, "SELECT count(*) FROM ai_results") == 0
        seat = shared.seat("R1")
        case = read_one(seat, "R1")
        seat.close()
        assert client.execute("SELECT case_code FROM ai_results").fetchall() == [(case,)]
    with shared.client("R2") as client:
        assert count(client, "SELECT count(*) FROM ai_results") == 0


FORBIDDEN = [
    "UPDATE readings SET answer = '{}'",
    "DELETE FROM readings",
    "UPDATE events SET payload = '{}'",
    "DELETE FROM events",
    "TRUNCATE readings",
    "UPDATE heads SET readings = 0",
    "DELETE FROM heads",
    "INSERT INTO heads VALUES ('R1', 0, '', 0, '')",
    "INSERT INTO readings SELECT * FROM readings",
    "INSERT INTO events SELECT * FROM events",
    "SELECT * FROM public.readings",
    "SELECT * FROM public.ai_results",
    "UPDATE assignments SET position = position + 100",
    "UPDATE protocols SET body = '{}'",
    "UPDATE ai_results SET result = '{}'",
    "INSERT INTO logins VALUES ('x', 'reader', 'R2')",
    "SELECT * FROM logins",
    "SELECT * FROM sittings",
    "DROP TABLE readings",
    "DROP VIEW readings",
    "CREATE TABLE mine (a int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SELECT append('R2', '{}')",
    "SELECT append('R1', '{}')",
    "SELECT append_reading('R1', NULL, '{}', 0)",
    "SELECT sit('R2', 'me')",
    "SELECT leave('R2')",
    "SET ROLE app",
]


def test_a_reader_with_a_database_client_cannot(shared: Shared) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    seat.close()
    with shared.client("R1") as client:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.Error):
                client.execute(statement)  # type: ignore[call-overload]
                pytest.fail(statement)
    assert study_verify(shared.path).ok


def test_an_answer_under_another_readers_name_is_refused(shared: Shared) -> None:
    seat = shared.seat("R1")
    with pytest.raises(AppError):
        read_one_as(seat, "R2")
    seat.close()


def read_one_as(study: OpenStudy, reader: str) -> None:
    sit(study, SimulatedClock(START), reader)


def test_truth_is_nowhere_on_the_server(shared: Shared) -> None:
    with shared.client("R1") as client:
        columns = client.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        ).fetchall()
    assert [name for (name,) in columns if "truth" in str(name)] == []


def test_an_analyst_sees_everything_and_changes_nothing(shared: Shared) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    seat.close()
    with shared.client(LoginKind.ANALYST.value) as client:
        assert count(client, "SELECT count(*) FROM readings") == 2
        for statement in (
            "DELETE FROM readings",
            "UPDATE readings SET answer = '{}'",
            "SELECT * FROM logins",
        ):
            with pytest.raises(psycopg.Error):
                client.execute(statement)  # type: ignore[call-overload]


def test_a_second_window_of_one_reader_is_refused_by_the_name_of_the_first(shared: Shared) -> None:
    first, second = shared.seat("R1"), shared.seat("R1")
    lock = SittingLock(first.database, "R1")
    with pytest.raises(AppError, match=r"reading this study already, on .*process"):
        SittingLock(second.database, "R1")
    lock.release()
    SittingLock(second.database, "R1").release()
    first.close()
    second.close()


def test_a_crash_of_the_window_frees_the_place(shared: Shared, server: Server) -> None:
    first, second = shared.seat("R1"), shared.seat("R1")
    lost = SittingLock(first.database, "R1")
    server.crash()
    server.start()
    taken = SittingLock(second.database, "R1")
    with pytest.raises(AppError, match="reading this study already"):
        SittingLock(first.database, "R1")
    taken.release()
    lost.release()
    first.close()
    second.close()


def test_new_logins_replace_the_passwords_and_leave_the_rules_in_place(shared: Shared) -> None:
    old = shared.address("R1")
    again = {login.reader: login for login in make_logins(shared.owner.database, RULES.readers).logins}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(old.replace("+psycopg", ""))
    shared.logins["R1"] = again["R1"]
    with shared.client("R1") as client:
        assert count(client, "SELECT count(*) FROM assignments WHERE reader <> 'R1'") == 0


def test_a_study_in_a_file_has_no_logins(tmp_path: Path) -> None:
    study = create_study(StudyFolder(tmp_path / "study"))
    with pytest.raises(AppError, match="lies in a file"):
        make_logins(study.database, ("R1",))
    study.close()

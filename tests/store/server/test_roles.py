"""What somebody with a database client and a reader's password can and cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from app.errors import AppError
from app.scan.scan import ViewName
from app.store.database import Database
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.server.roles import Login, LoginKind, make_logins
from app.store.server.sitting_lock import SittingLock
from app.study.ai_result import AiResult
from app.study.case import StudyCase
from app.study.clock import SimulatedClock
from app.study.order import draw_order
from app.study.protocol import Mode, Protocol
from app.study.protocol_file import protocol_text
from app.workflows.study.verify import study_verify
from tests.postgres_server import Server
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, NO, START, YES, cases, protocol

RULES = protocol(mode=Mode.SEQUENTIAL, readers=("R1", "R2"))
AI = AiResult("net", "1", "simulated scans", 0.91, 0.5, "f" * 64, "drawn", {})


@dataclass
class Shared:
    """A study of two readers on a server, and what each of them logs in with."""

    owner: OpenStudy
    url: str
    logins: dict[str, Login]
    path: Path

    def address(self, who: str) -> str:
        login = self.logins[who]
        url = make_url(self.url).set(username=login.role, password=login.password)
        return url.render_as_string(hide_password=False)

    def client(self, who: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.address(who).replace("+psycopg", ""), autocommit=True)

    def seat(self, who: str) -> OpenStudy:
        return OpenStudy(StudyFolder(self.path), Database(self.address(who)))


@pytest.fixture
def shared(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[Shared]:
    name = f"s{uuid4().hex}"
    yield from _shared(tmp_path, new_database(name), RULES)


def _shared(path: Path, url: str, rules: Protocol) -> Iterator[Shared]:
    owner = create_study(StudyFolder(path / "study"), url)
    plan = [item for reader in rules.readers for item in draw_order(rules, cases(3), reader)]
    owner.studies.define(rules, [StudyCase(code, (f"{code}.dcm",)) for code in cases(3)], plan)
    owner.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    owner.ai.keep({code: (AI, {view.value: "a" * 64 for view in ViewName}) for code in cases(3)})
    logins = make_logins(owner.database, rules.readers, analysts=1)
    named = {login.reader or login.kind.value: login for login in logins}
    yield Shared(owner, url, named, path / "study")
    owner.close()


def read_one(study: OpenStudy, reader: str) -> str:
    """Answer the first case, before and after the model's answer; gives its code."""
    session = sit(study, SimulatedClock(START), reader)
    opened = session.open_next()
    assert opened is not None
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    session.lock(NO, DISPLAY)
    session.reveal()
    session.submit(YES, DISPLAY)
    session.close()
    return opened.case


def count(client: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = client.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(str(row[0]))


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET answer = '{}'",
        "DELETE FROM readings",
        "UPDATE events SET payload = '{}'",
        "DELETE FROM events",
        "TRUNCATE readings",
        "UPDATE heads SET readings = 0",
        "DELETE FROM heads",
        "INSERT INTO heads VALUES ('R1', 0, '', 0, '')",
        "UPDATE assignments SET position = position + 100",
        "UPDATE protocols SET body = '{}'",
        "UPDATE ai_results SET result = '{}'",
        "INSERT INTO logins VALUES ('x', 'reader', 'R2')",
        "SELECT * FROM logins",
        "SELECT * FROM sittings",
        "DROP TABLE readings",
        "ALTER TABLE readings DISABLE ROW LEVEL SECURITY",
        "DROP POLICY readers_see ON readings",
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT scintiread_lock_chain('R2')",
        "SELECT scintiread_sit('R2', 'me')",
        "SELECT scintiread_advance('R2', 0, '', 0, '')",
        "SELECT scintiread_advance('R1', 0, '', 0, '')",
        "SET ROLE app",
    ],
)
def test_a_reader_with_a_database_client_cannot(shared: Shared, statement: str) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    seat.close()
    with shared.client("R1") as client, pytest.raises(psycopg.Error):
        client.execute(statement)  # type: ignore[call-overload]
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
    again = {login.reader: login for login in make_logins(shared.owner.database, RULES.readers)}
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

"""What goes over the wire, and to whom: false servers, servers without TLS, servers that hang."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from app.cli import run
from app.errors import AppError
from app.store.database import Database, Unreachable
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.server.passwords import VARIABLE
from app.store.server.seats import write_seat
from app.store.server.waiting import WaitingJournal
from app.store.server.wire import wire_options
from app.study.clock import SystemClock
from app.study.session import ReadingSession, Sitting
from tests.certificate import certificate
from tests.patience import PATIENCE_S
from tests.postgres_server import Server
from tests.store.server.shared_study import Shared
from tests.study.helpers import DISPLAY, NO

SECRET = "the secret of R1"


@pytest.fixture
def impostor() -> Iterator[tuple[int, list[bytes]]]:
    """A server without TLS that asks for the password in clear text; its port, and what it was told."""
    told: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                while True:
                    head = client.recv(4)
                    if len(head) < 4:
                        break
                    body = client.recv(struct.unpack("!I", head)[0] - 4)
                    if struct.unpack("!I", body[:4])[0] in (80877103, 80877104):  # may we speak TLS, GSS?
                        client.sendall(b"N")
                        continue
                    client.sendall(b"R" + struct.pack("!II", 8, 3))  # your password in clear text, please
                    told.extend(filter(None, [client.recv(200)]))
                    break

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield listening.getsockname()[1], told
    listening.close()


def asked(url: str) -> str:
    """What the program says when it looks into a database."""
    database = Database(url)
    try:
        with pytest.raises(AppError) as refused, database.reading():
            pass
    finally:
        database.close()
    return str(refused.value)


def test_beyond_this_computer_the_server_proves_who_it_is_before_it_is_told_anything(
    impostor: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, told = impostor
    monkeypatch.setenv(VARIABLE, SECRET)
    far = f"postgresql+psycopg://r1@study.example:{port}/s?hostaddr=127.0.0.1"
    monkeypatch.setattr("app.store.server.wire.LOCAL", frozenset())  # the impostor is on this computer
    assert "did not prove by TLS" in asked(far)
    assert "did not prove by TLS" in asked(f"{far}&sslmode=prefer")
    assert told == []
    assert "did not prove by TLS" not in asked(f"{far}&sslmode=disable&require_auth=none,password")
    assert SECRET.encode() in told[0], "who says so by name gets what he says"


def test_what_a_url_says_by_name_stands() -> None:
    far = make_url("postgresql+psycopg://a@study.example/s")
    assert wire_options(far)["sslmode"] == "verify-full"
    assert wire_options(far)["require_auth"] == "scram-sha-256"
    assert "sslmode" not in wire_options(far.update_query_dict({"sslmode": "require"}))
    for near in ("localhost", "127.0.0.1", ""):
        assert "sslmode" not in wire_options(far._replace(host=near))
    assert "sslmode" not in wire_options(far._replace(host="").update_query_dict({"host": "/var/run"}))


def test_a_failure_of_tls_is_said_as_such_and_the_right_certificate_is_taken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("right", "other"):
        certificate(tmp_path, name)
    server.use_certificate(tmp_path / "right.crt", tmp_path / "right.key")
    monkeypatch.setattr("app.store.server.wire.LOCAL", frozenset())
    far = server.url().replace("127.0.0.1", "localhost")
    assert "did not prove by TLS" in asked(far)
    assert "did not prove by TLS" in asked(f"{far}?sslrootcert={tmp_path / 'other.crt'}")
    database = Database(f"{far}?sslrootcert={tmp_path / 'right.crt'}")
    with database.reading() as connection:
        query = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert connection.execute(query).scalar() is True
    database.close()


def test_a_password_in_the_url_is_never_written_into_the_study(
    new_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database("written")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(AppError, match="no key ring to keep the password in"):
        create_study(StudyFolder(tmp_path / "refused"), url)
    assert not (tmp_path / "refused").exists()
    monkeypatch.setenv(VARIABLE, "owner")
    create_study(StudyFolder(tmp_path / "study"), url).close()
    written = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8")
    assert "app@127.0.0.1" in written and "owner" not in written


def test_passwords_are_for_the_coordinator_alone_also_where_the_file_was_there(
    shared: Shared, tmp_path: Path
) -> None:
    old = tmp_path / "seats" / "passwords.csv"
    old.parent.mkdir()
    old.write_text("old", encoding="utf-8")
    old.chmod(0o644)
    scans = [f"scans/{case.code}.dcm" for case in shared.owner.studies.cases()]
    with psycopg.connect(shared.url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("UPDATE cases SET files = '[\"scans/' || code || '.dcm\"]'")
    assert len(scans) == 3
    assert run(["study", "serve", str(shared.path), "--out", str(old.parent)]) == 0
    assert old.stat().st_mode & 0o077 == 0 and "R1" in old.read_text(encoding="utf-8")


class Between:
    """A wire that can be made to swallow everything."""

    def __init__(self, port: int) -> None:
        self.open = threading.Event()
        self.open.set()
        self._far = port
        self._near = socket.create_server(("127.0.0.1", 0))
        self.port = self._near.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._near.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self._far))
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(1 << 16):
                self.open.wait()
                other.sendall(data)
        except OSError:
            pass
        finally:
            with closing(other):
                pass

    def close(self) -> None:
        self.open.set()
        self._near.close()


def test_a_server_that_says_nothing_any_more_keeps_no_answer_waiting_for_long(
    shared: Shared, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("app.store.opening.READING_SECONDS", 0.5)
    wire = Between(server.port)
    url = make_url(shared.address("R1")).set(port=wire.port).render_as_string(hide_password=False)
    study = OpenStudy(StudyFolder(shared.path), Database(url))
    version = study.studies.freeze(SystemClock().now().utc)
    journal = study.session_journal("R1")
    assert isinstance(journal, WaitingJournal)
    sitting = Sitting(version.protocol.code, version.sha256, "0", "R1")
    session = ReadingSession(version.protocol, study.readings.history("R1"), journal, SystemClock(), sitting)
    assert journal.arrive(PATIENCE_S)
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    wire.open.clear()
    session.lock(NO, DISPLAY)
    assert not journal.arrive(PATIENCE_S)
    assert "1 answer waits safely on this computer" in journal.copy_problem
    with pytest.raises(Unreachable):
        study.studies.current()
    wire.open.set()
    assert journal.arrive(PATIENCE_S)
    session.close()
    study.close()
    wire.close()
    assert [chain.readings for chain in [shared.owner.readings.head("R1")] if chain] == [1]


def test_the_folder_of_a_reader_brings_who_vouches_for_the_server(shared: Shared, tmp_path: Path) -> None:
    certificate(tmp_path, "right")
    url = make_url(shared.url).update_query_dict({"sslrootcert": str(tmp_path / "right.crt")})
    shared.owner.folder.configure(url.render_as_string(hide_password=False))
    write_seat(StudyFolder(shared.path), shared.logins["R1"], tmp_path / "seat")
    written = (tmp_path / "seat" / "study.toml").read_text(encoding="utf-8")
    assert "sslrootcert=server-ca.crt" in written and str(tmp_path) not in written
    (tmp_path / "seat").rename(tmp_path / "moved")
    named = make_url(StudyFolder(tmp_path / "moved").database_url).query["sslrootcert"]
    assert Path(str(named)).read_bytes() == (tmp_path / "right.crt").read_bytes()

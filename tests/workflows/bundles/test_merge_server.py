"""Bundles of a study that lives on a server: what was read offline comes home to its database."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from app.cli import run
from app.store.folder import StudyFolder
from app.store.opening import open_study
from app.store.server.passwords import VARIABLE
from app.store.server.sitting_lock import SittingLock
from app.study.clock import SimulatedClock
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.postgres_server import WHY_NOT, Server, available
from tests.study.helpers import NO, START, YES
from tests.workflows.bundle_studies import make_study, read, rules
from tests.workflows.studies import read_one

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.skipif(not available(), reason=WHY_NOT)

LOOKED = ("--no-burned-in-text", "--codes-name-nobody")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def folder(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study on the server, two bundles of it, and a folder for each reader who reads on the server."""
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "coordinator"))
    monkeypatch.setenv(VARIABLE, "owner")
    url = server.make(f"bundles{uuid4().hex}")
    study = make_study(tmp_path, rules(), database=url, copy=True, no_burned_in_text=True)
    call("study", "serve", study, "--out", tmp_path / "seats")
    call("study", "bundle", study, "--all", tmp_path / "out", *LOOKED)
    return tmp_path


def call(*words: object) -> None:
    assert run([str(word) for word in words]) == 0


def password(folder: Path, reader: str) -> str:
    with (folder / "seats" / "passwords.csv").open(encoding="utf-8", newline="") as file:
        return {row["who"]: row["password"] for row in csv.DictReader(file)}[reader]


def read_on_server(folder: Path, reader: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """One more case at the reader's own folder; how many of the list are done then."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("SCINTIREAD_HOME", str(folder / f"computer of {reader}"))
        elsewhere.setenv(VARIABLE, password(folder, reader))
        clock = SimulatedClock(START)
        sitting = open_session(folder / "seats" / reader, reader, clock=clock)
        read_one(sitting, clock, YES)
        done = sitting.session.snapshot.done
        sitting.close()
    return done


def client(folder: Path, reader: str):  # type: ignore[no-untyped-def]  # a connection of an optional library
    """The database as somebody with a client and this reader's password sees it."""
    address = StudyFolder(folder / "seats" / reader).database_url.replace("+psycopg", "")
    return psycopg.connect(address, password=password(folder, reader), autocommit=True)


def hashes(study: Path) -> list[str]:
    opened = open_study(study)
    try:
        return [reading.sha256 for reader in ("R1", "R2") for reading in opened.readings.all(reader)]
    finally:
        opened.close()


def test_what_was_read_offline_comes_home_to_the_server_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study = folder / "study"
    files = [
        read(folder / "out" / "OFF-R1.scintiread", folder / "home 1", monkeypatch, 3),
        read(folder / "out" / "OFF-R2.scintiread", folder / "home 2", monkeypatch, 2, NO),
    ]
    capsys.readouterr()
    call("study", "merge", study, *files)
    assert "10 readings added from 2 files." in capsys.readouterr().out
    before = hashes(study)
    call("study", "merge", study, *files, folder / "out" / "OFF-R1.scintiread")
    assert "nothing new" in capsys.readouterr().out
    assert hashes(study) == before and len(before) == 10
    call("study", "verify", study)
    call("study", "status", study)
    said = capsys.readouterr().out
    assert "R1: 3 of 3 read" in said and "R2: 2 of 3 read" in said
    assert "6 readings of R1 came from bundle" in said
    call("study", "export", study, "--out", folder / "export", "--formats", "csv")
    assert (folder / "export" / "readings.csv").read_text(encoding="utf-8").count("bundle ") == 10


def test_offline_and_online_take_turns_in_one_chain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = folder / "study"
    assert read_on_server(folder, "R1", monkeypatch) == 1
    bundle = folder / "second" / "R1.scintiread"
    bundle.parent.mkdir()
    call("study", "bundle", study, "--reader", "R1", "--out", bundle, *LOOKED)
    read(bundle, folder / "home", monkeypatch, 1)
    call("study", "merge", study, bundle)
    assert read_on_server(folder, "R1", monkeypatch) == 3
    call("study", "merge", study, bundle)
    found = study_verify(study)
    assert found.ok and [chain.readings for chain in found.chains if chain.reader == "R1"] == [6]


def test_who_read_online_and_offline_apart_is_a_conflict_and_nothing_is_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study, bundle = folder / "study", folder / "out" / "OFF-R1.scintiread"
    read(bundle, folder / "home", monkeypatch, 2, NO)
    read_on_server(folder, "R1", monkeypatch)
    before = hashes(study)
    capsys.readouterr()
    assert run(["study", "merge", str(study), str(bundle)]) == 1
    said = capsys.readouterr().out
    assert said.count("CONFLICT reader R1") == 4
    assert hashes(study) == before and study_verify(study).ok
    (kept,) = (study / "coordinator" / "bundles" / "returned").iterdir()
    assert kept.read_bytes() == bundle.with_suffix(".scintiread-results").read_bytes()


def test_merged_answers_are_seen_and_changed_by_nobody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in ("R1", "R2"):
        bundle = folder / "out" / f"OFF-{reader}.scintiread"
        call("study", "merge", folder / "study", read(bundle, folder / reader, monkeypatch, 3))
    with client(folder, "R1") as mine:
        for table in ("readings", "events", "heads"):
            assert mine.execute(f"SELECT DISTINCT reader FROM {table}").fetchall() == [("R1",)]
        shown = mine.execute("SELECT case_code FROM ai_results ORDER BY 1").fetchall()
        assert shown == [("C1",), ("C3",)], "on C2 the AI is planned to be absent"
        for order in ("UPDATE readings SET answer = '{}'", "DELETE FROM events"):
            with pytest.raises(psycopg.Error):
                mine.execute(order)


def test_nothing_is_merged_or_bundled_while_the_reader_reads_on_the_server(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study, bundle = folder / "study", folder / "out" / "OFF-R1.scintiread"
    read(bundle, folder / "home", monkeypatch, 1)
    opened = open_study(study)
    window = SittingLock(opened.database, "R1")
    capsys.readouterr()
    assert run(["study", "merge", str(study), str(bundle)]) == 1
    assert "Reader R1 is reading this study already, on " in capsys.readouterr().out
    again = folder / "again.scintiread"
    assert run(["study", "bundle", str(study), "--reader", "R1", "--out", str(again), *LOOKED]) == 2
    assert "Reader R1 is reading this study already, on " in capsys.readouterr().err
    assert hashes(study) == [] and not again.exists()
    window.release()
    opened.close()
    call("study", "merge", study, bundle)


def test_a_readers_folder_neither_merges_nor_makes_bundles(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seat, bundle = folder / "seats" / "R1", folder / "out" / "OFF-R1.scintiread"
    read(bundle, folder / "home", monkeypatch, 1)
    before = sorted(seat.rglob("*"))
    monkeypatch.setenv(VARIABLE, password(folder, "R1"))
    made = ["study", "bundle", str(seat), "--reader", "R1", "--out", str(folder / "mine.scintiread")]
    for words in (["study", "merge", str(seat), str(bundle)], [*made, *LOOKED]):
        capsys.readouterr()
        assert run(words) == 2
        said = capsys.readouterr().err
        assert "R1 is the folder of one login" in said and "the coordinator's own folder" in said
    assert sorted(seat.rglob("*")) == before and not (folder / "mine.scintiread").exists()


def test_a_study_in_a_file_moves_to_a_server_with_its_bundles(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same scans and protocol make the same study, so bundles that are out already merge there."""
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "coordinator"))
    monkeypatch.setenv(VARIABLE, "owner")
    old = make_study(tmp_path, replace(rules(), washout_days=0.0))  # as protocol.toml says it
    call("study", "bundle", old, "--all", tmp_path / "out", *LOOKED)
    results = read(tmp_path / "out" / "OFF-R1.scintiread", tmp_path / "home", monkeypatch, 2)
    capsys.readouterr()
    assert run(["study", "serve", str(old), "--out", str(tmp_path / "seats")]) == 2
    assert "coordinator/bundles" in capsys.readouterr().err

    new, url = tmp_path / "served", server.make(f"moved{uuid4().hex}")
    made = ["--scans", tmp_path / "scans", "--protocol", old / "protocol.toml", "--database", url]
    call("study", "new", new, *made, "--truth", tmp_path / "truth.csv", "--copy", "--no-burned-in-text")
    assert run(["study", "merge", str(new), str(results)]) == 1
    assert "this study knows nothing of" in capsys.readouterr().out
    shutil.copytree(old / "coordinator" / "bundles", new / "coordinator" / "bundles", dirs_exist_ok=True)
    call("study", "merge", new, results)
    call("study", "merge", new, results)
    call("study", "serve", new, "--out", tmp_path / "seats")
    assert len(hashes(new)) == 4
    assert study_verify(new).problems == () and study_verify(new).ok
    with client(tmp_path, "R2") as other:
        assert other.execute("SELECT count(*) FROM readings").fetchone() == (0,)


def test_a_server_that_is_away_keeps_the_file_for_later(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    study, bundle = folder / "study", folder / "out" / "OFF-R1.scintiread"
    read(bundle, folder / "home", monkeypatch, 1)
    server.crash()
    try:
        capsys.readouterr()
        assert run(["study", "merge", str(study), str(bundle)]) == 2
        assert "did not answer" in capsys.readouterr().err
    finally:
        server.start()
    call("study", "merge", study, bundle)
    assert len(hashes(study)) == 2

"""A study on a server, from the coordinator's command to a reader's first answer elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.cli import run
from app.simulator.cohort import Cohort
from app.simulator.difficulty import PRESETS
from app.store.server.passwords import VARIABLE
from app.study.clock import SimulatedClock
from app.study.snapshot import Stage
from app.workflows.simulator.simulate import make_cohort
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.postgres_server import WHY_NOT, Server, available
from tests.study.helpers import DISPLAY, START, YES

pytest.importorskip("psycopg")
pytestmark = pytest.mark.skipif(not available(), reason=WHY_NOT)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def study(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(VARIABLE, "owner")
    make_cohort(Cohort(2, PRESETS["easy"], 3), tmp_path / "cohort", workers=1)
    url = server.make(f"serve{uuid4().hex}")
    words = ["study", "new", str(tmp_path / "study"), "--scans", str(tmp_path / "cohort" / "scans")]
    words += ["--truth", str(tmp_path / "cohort" / "truth.csv"), "--readers", "R1,R2", "--copy"]
    assert run([*words, "--no-burned-in-text", "--database", url]) == 0
    return tmp_path / "study"


def passwords(folder: Path) -> dict[str, str]:
    with (folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
        return {row["who"]: row["password"] for row in csv.DictReader(file)}


def test_a_reader_elsewhere_reads_with_the_folder_and_the_password_alone(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["study", "serve", str(study), "--out", str(tmp_path / "seats")]) == 0
    seat = tmp_path / "seats" / "R1"
    assert (tmp_path / "seats" / "passwords.csv").stat().st_mode & 0o077 == 0
    assert not (seat / "coordinator").exists()
    assert "owner" not in (study / "study.toml").read_text(encoding="utf-8")
    assert "owner" not in (seat / "study.toml").read_text(encoding="utf-8")
    secret = passwords(tmp_path / "seats")["R1"]
    assert all(secret.encode() not in file.read_bytes() for file in seat.rglob("*") if file.is_file())

    monkeypatch.setenv(VARIABLE, secret)
    opened = open_session(seat, "R1", clock=SimulatedClock(START))
    assignment = opened.session.open_next()
    assert assignment is not None
    loaded = opened.load(assignment)
    opened.session.displayed(DISPLAY, loaded.image_hashes, loaded.load_seconds)
    opened.session.submit(YES, DISPLAY)
    assert opened.session.snapshot.stage is Stage.BETWEEN
    opened.close()

    monkeypatch.setenv(VARIABLE, "owner")
    found = study_verify(study)
    assert found.ok
    assert [chain.readings for chain in found.chains if chain.reader == "R1"] == [1]


def test_the_password_of_another_reader_opens_no_list(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["study", "serve", str(study), "--out", str(tmp_path / "seats")]) == 0
    monkeypatch.setenv(VARIABLE, passwords(tmp_path / "seats")["R2"])
    capsys.readouterr()
    assert run(["study", "status", str(tmp_path / "seats" / "R1")]) == 2
    said = capsys.readouterr().err
    assert "password" in said
    assert "Traceback" not in said


def test_a_study_in_a_file_cannot_be_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.store.studies import make_study

    path = make_study(tmp_path / "study")
    assert run(["study", "serve", str(path), "--out", str(tmp_path / "seats")]) == 2
    assert "The study lies in a file" in capsys.readouterr().err

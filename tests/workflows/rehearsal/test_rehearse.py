"""The whole study as one command, in each of the three ways to read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import run
from app.store.server.passwords import VARIABLE
from tests.postgres_server import WHY_NOT, Server, available


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg")
    if not available():
        pytest.skip(WHY_NOT)
    running = Server()
    yield running
    running.stop()


def rehearse(out: Path, *words: str) -> list[str]:
    return ["rehearse", "--readers", "2", "--scans", "6", *words, "--out", str(out)]


@pytest.mark.parametrize("way", [(), ("--bundles",)])
def test_a_rehearsal_ends_with_a_report(
    way: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(rehearse(tmp_path / "out", *way)) == 0
    said = capsys.readouterr().out
    assert "every chain holds" in said
    assert "SIMULATED scans and readers" in said
    assert (tmp_path / "out" / "analysis" / "report.html").is_file()
    assert (tmp_path / "out" / "exports" / "readings.csv").is_file()


def test_on_a_server_every_reader_has_an_own_login_and_no_password_stays_behind(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "owner")  # the coordinator's computer knows its password
    url = server.make("rehearsal")
    assert run(rehearse(tmp_path / "out", "--database", url)) == 0
    assert "each reader with an own login" in capsys.readouterr().out
    assert not list((tmp_path / "out").rglob("passwords.csv"))
    written = (tmp_path / "out" / "study" / "study.toml").read_text(encoding="utf-8")
    assert "owner" not in written


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    assert run(rehearse(tmp_path)) == 2
    assert "not empty" in capsys.readouterr().err


def test_no_study_has_no_readers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rehearse", "--readers", "0", "--out", str(tmp_path / "out")]) == 2
    assert "0 readers" in capsys.readouterr().err

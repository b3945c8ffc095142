"""Reading offline, through the program's own door."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import cli
from app.window_request import WindowRequest
from tests.workflows.bundle_studies import PASSPHRASE, make_study, read, rules

LOOKED = ("--no-burned-in-text", "--codes-name-nobody")


def run(*arguments: object) -> int | WindowRequest:
    return cli.run([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study and the bundles of both readers."""
    folder = tmp_path_factory.mktemp("made")
    study = make_study(folder, rules())
    assert run("study", "bundle", study, "--all", folder / "out", *LOOKED) == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "made"))


def test_bundles_go_out_and_their_results_come_home(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, study = folder / "out" / "OFF-R1.scintiread", folder / "study"
    assert run("read", bundle, "--check") == 0
    assert "study OFF, reader R1, version 1\n3 cases; whole and unaltered" in capsys.readouterr().out
    read(bundle, tmp_path / "home", monkeypatch, 3)
    assert run("study", "return", bundle, "--out", tmp_path / "mine.scintiread-results") == 0
    assert "reader R1, 3 of 3 read. Send this file back." in capsys.readouterr().out
    report = tmp_path / "report.csv"
    assert run("study", "merge", study, tmp_path / "mine.scintiread-results", "--report", report) == 0
    assert "6 readings added from 1 file." in capsys.readouterr().out
    assert (
        report.read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("file,mine.scintiread-results,R1,merged")
    )
    assert run("study", "merge", study, bundle) == 0
    assert "nothing new" in capsys.readouterr().out
    assert run("study", "verify", study) == 0
    assert run("study", "status", study) == 0
    said = capsys.readouterr().out
    assert "R1: 3 of 3 read" in said
    assert "6 readings of R1 came from bundle" in said


def test_the_exit_status_tells_of_conflicts_and_refusals(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, study = folder / "out" / "OFF-R1.scintiread", folder / "study"
    (tmp_path / "mail").mkdir()
    other = Path(shutil.copy(bundle, tmp_path / "mail"))
    ours = read(bundle, tmp_path / "home A", monkeypatch, 1)
    theirs = read(other, tmp_path / "home B", monkeypatch, 1)
    assert run("study", "merge", study, ours, theirs) == 1
    assert "CONFLICT reader R1, case" in capsys.readouterr().out
    theirs.write_bytes(theirs.read_bytes()[:-40])
    assert run("study", "merge", study, theirs) == 1
    assert "is cut off in its last line" in capsys.readouterr().out


def test_a_passphrase_comes_from_a_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    out = tmp_path / "R2.scintiread"
    made = ("study", "bundle", folder / "study", "--reader", "R2", "--out", out, *LOOKED)
    assert run(*made, "--passphrase-file", secret, "--site", "Ulm") == 0
    assert "behind the passphrase" in capsys.readouterr().out
    assert run("read", out, "--check") == 2
    assert "R2.scintiread is behind a passphrase." in capsys.readouterr().err
    assert run("read", out, "--check", "--passphrase-file", secret) == 0
    secret.write_text("\n", encoding="utf-8")
    assert run("read", out, "--check", "--passphrase-file", secret) == 2
    assert "secret.txt holds no passphrase" in capsys.readouterr().err


def test_a_bundle_as_only_argument_asks_for_the_window(folder: Path) -> None:
    bundle = folder / "out" / "OFF-R1.scintiread"
    assert run(bundle) == WindowRequest(page="reading", bundle=bundle)
    assert run("read", bundle) == WindowRequest(page="reading", bundle=bundle)


@pytest.mark.parametrize("arguments", [(), ("--reader", "R1"), ("--out", "x.scintiread")])
def test_half_of_a_wish_is_refused(
    folder: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("study", "bundle", folder / "study", *arguments) == 2
    assert "Say --reader CODE --out FILE.scintiread, or --all DIR." in capsys.readouterr().err

"""The study verbs, through the program's own door."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app import cli
from app.window_request import WindowRequest
from tests.study.helpers import YES
from tests.workflows.studies import read_all, write_scans, write_truth


def run(*arguments: object) -> int | WindowRequest:
    return cli.run([str(argument) for argument in arguments])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    scans, truth = write_scans(tmp_path / "scans"), write_truth(tmp_path / "truth.csv")
    path = tmp_path / "study"
    assert run("study", "new", path, "--scans", scans, "--truth", truth, "--readers", "R1,R2") == 0
    return path


def test_a_new_study_takes_the_lesion_masks_of_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scans, truth = write_scans(tmp_path / "scans", 2), write_truth(tmp_path / "truth.csv", 2)
    masks = tmp_path / "masks"
    masks.mkdir()
    np.savez(masks / "C1.npz", lesion=np.ones((2, 4, 3), np.uint8))
    path = tmp_path / "study"
    assert run("study", "new", path, "--scans", scans, "--truth", truth, "--labels", masks) == 0
    assert "1 case has a lesion mask" in capsys.readouterr().out
    assert (path / "coordinator" / "lesions" / "C1.npz").is_file()


def test_a_study_goes_from_new_to_export(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("study", "check", study) == 0
    read_all(study, YES, "R1")
    assert run("study", "status", study, "--matrix") == 0
    assert run("study", "verify", study) == 0
    assert run("study", "export", study, "--out", tmp_path / "out", "--formats", "csv") == 0
    said = capsys.readouterr().out
    assert "ready to be read" in said
    assert "R1: 3 of 3 read" in said
    assert "C1\tread\tto be read" in said
    assert "Everything holds." in said
    assert "readings.csv" in said
    assert "note: Reader R2 has 3 presentations left" in said


def test_read_asks_for_the_window(study: Path) -> None:
    assert run("study", "read", study, "--reader", "R2") == WindowRequest("reading", study, "R2")


def test_a_reader_whom_the_study_does_not_know_is_refused_before_a_window_opens(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("study", "read", study, "--reader", "X9") == 2
    said = capsys.readouterr().err
    assert "The study has no reader X9." in said
    assert "R1, R2" in said


def test_check_ends_with_one_when_something_blocks(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans" / "C1.dcm").unlink()
    assert run("study", "check", study) == 1
    assert "blocking: case C1:" in capsys.readouterr().out


def test_verify_ends_with_one_and_names_the_link(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read_all(study, YES, "R1")
    with closing(sqlite3.connect(study / "study.db")) as connection:
        connection.execute("UPDATE readings SET answer = replace(answer, '80', '20') WHERE number = 2")
        connection.commit()
    assert run("study", "verify", study) == 1
    assert "BROKEN reader R1, position 2: reading 2 was changed (answer)" in capsys.readouterr().out


def test_rehearse_reads_a_copy(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("study", "rehearse", study, "--into", tmp_path / "rehearsal") == 0
    assert "R2: 3 presentations" in capsys.readouterr().out


def test_add_makes_a_new_version(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read_all(study, YES, "R1")
    assert run("study", "add", study, "--readers", "R3") == 0
    assert "version 2" in capsys.readouterr().out


def test_protocol_prints_what_can_be_edited_and_set_again(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("study", "protocol", study) == 0
    text = capsys.readouterr().out
    assert "3 cases, not frozen yet" in text
    edited = tmp_path / "edited.toml"
    edited.write_text(text.replace("seed = 1", "seed = 99"), encoding="utf-8")
    assert run("study", "protocol", study, "--set", edited) == 0
    assert "seed = 99" in (study / "protocol.toml").read_text(encoding="utf-8")
    read_all(study, YES, "R1")
    assert run("study", "protocol", study, "--set", edited) == 2
    assert "frozen since the first reading session was opened" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere"), "is not a study"),
        (("read", "nowhere", "--reader", "R1"), "is not a study"),
        (("new", "x", "--scans", "nowhere"), "does not exist"),
        (("new", "x", "--scans", ".", "--protocol", "nowhere.toml"), "cannot be opened"),
    ],
)
def test_bad_input_gives_one_sentence_and_status_two(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("study", *arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []

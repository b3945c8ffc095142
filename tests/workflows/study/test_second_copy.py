"""Verification says with what it compared, completes a copy that is behind, and misses one that is gone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.__main__ import main
from app.workflows.study.verify import study_verify
from tests.study.helpers import NO
from tests.workflows.studies import make_study, read_all


@pytest.fixture
def study(tmp_path: Path) -> Path:
    made = make_study(tmp_path, second_copy=str(tmp_path / "copies"))
    read_all(made.path, NO)
    return made.path


def copy_of(study: Path) -> Path:
    (file,) = (study.parent / "copies").glob("*.jsonl")
    return file


def cut_the_end(study: Path) -> None:
    """Take the last reading out of the database, with the events that belong to it, and set the head back."""
    with sqlite3.connect(study / "study.db") as database:
        (events, before, sha) = database.execute(
            "SELECT events, events_sha256, sha256 FROM readings WHERE number = 2"
        ).fetchone()
        database.execute("DELETE FROM readings WHERE number > 2")
        database.execute("DELETE FROM events WHERE sequence > ?", (events,))
        database.execute(
            "UPDATE heads SET readings = 2, readings_sha256 = ?, events = ?, events_sha256 = ?",
            (sha, events, before),
        )


def forget_the_copy(study: Path) -> None:
    (study / "study.toml").write_text("", encoding="utf-8")


def test_a_study_without_a_second_copy_is_told_what_that_means(tmp_path: Path) -> None:
    made = make_study(tmp_path)
    read_all(made.path, NO)
    found = study_verify(made.path)
    assert found.ok and "no second copy" in found.compared


def test_a_copy_that_lacks_the_end_is_completed_and_that_is_said(study: Path) -> None:
    lines = copy_of(study).read_bytes().splitlines(keepends=True)
    last = max(place for place, line in enumerate(lines) if b'"reading":{' in line.replace(b" ", b""))
    copy_of(study).write_bytes(b"".join(lines[:last]))  # killed between the commit and its copy
    found = study_verify(study)
    assert found.ok
    assert any("lacked the last 1 reading; they are written there now." in remark for remark in found.remarks)
    assert copy_of(study).read_bytes().count(b"\n") >= last + 1
    again = study_verify(study)
    assert again.ok and not any("lacked" in remark for remark in again.remarks)


def test_a_copy_that_says_something_else_is_never_completed(study: Path) -> None:
    content = copy_of(study).read_bytes()
    copy_of(study).write_bytes(content.replace(b"unaided", b"aided", 1))
    before = copy_of(study).read_bytes()
    assert not study_verify(study).ok
    assert copy_of(study).read_bytes() == before


def test_a_copy_that_the_study_no_longer_names_is_missed(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_the_end(study)
    forget_the_copy(study)
    assert main(["study", "verify", str(study)]) == 1
    said = capsys.readouterr().out
    assert "UNCHECKED A second copy was kept while R1 read" in said
    assert said.rstrip().endswith("Not everything could be checked.")
    assert main(["study", "verify", str(study), "--second-copy", str(tmp_path / "copies")]) == 1
    assert "differs from the database" in capsys.readouterr().out


def test_the_copy_in_another_folder_makes_it_whole_again(study: Path, tmp_path: Path) -> None:
    forget_the_copy(study)
    (tmp_path / "copies").rename(tmp_path / "moved")
    found = study_verify(study, second_copy=tmp_path / "moved")
    assert found.ok and "moved" in found.compared

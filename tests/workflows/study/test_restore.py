"""A damaged database is replaced by its backup and brought up to the second copy."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli
from app.errors import AppError
from app.store.opening import open_study
from app.workflows.study.restore import BroughtBack, study_restore
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study, read_cases
from tests.study.helpers import NO, YES


def hashes(study: Path) -> list[str]:
    opened = open_study(study)
    found = [reading.sha256 for reading in opened.readings.all("R1")]
    opened.close()
    return found


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two readings are in the backup, two more only in the database and the second copy."""
    path = make_study(tmp_path / "study", second_copy=str(tmp_path / "copy"))
    read_cases(path, 2, YES)
    opened = open_study(path)
    opened.back_up()
    opened.close()
    read_cases(path, 2, NO)
    return path


def test_nothing_is_lost_when_there_is_a_second_copy(study: Path) -> None:
    before = hashes(study)
    (study / "study.db").write_bytes(b"damaged" * 1000)
    done = study_restore(study)
    assert done.readers == (BroughtBack("R1", before=None, backup=2, replayed=2),)
    assert done.kept.read_bytes() == b"damaged" * 1000
    assert hashes(study) == before
    assert study_verify(study).ok
    read_cases(study, 1)
    assert study_verify(study).ok


def test_without_a_second_copy_the_backup_stands(study: Path) -> None:
    (study / "study.toml").unlink()
    before = hashes(study)
    (study / "study.db").unlink()
    assert study_restore(study).readers == (BroughtBack("R1", before=None, backup=2, replayed=None),)
    assert hashes(study) == before[:2]


def test_a_changed_line_of_the_copy_ends_the_replay_with_its_number(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy" / "TEST-R1.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[-2] = lines[-2].replace('"rating": 10', '"rating": 90')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(AppError, match=f"line {len(lines) - 1}, was changed"):
        study_restore(study)
    assert len(hashes(study)) == 3


def test_a_study_without_backup_or_with_a_reader_at_it_is_left_alone(tmp_path: Path, study: Path) -> None:
    lonely = make_study(tmp_path / "lonely")
    with pytest.raises(AppError, match="no backup"):
        study_restore(lonely)
    assert (lonely / "study.db").is_file()
    (study / "locks").mkdir()
    (study / "locks" / "R1.lock").write_text('{"host": "elsewhere", "pid": 1, "since": "today"}')
    with pytest.raises(AppError, match="being read by R1"):
        study_restore(study)


def test_a_lock_that_the_crash_left_behind_does_not_keep_anybody_from_restoring(study: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    (study / "locks").mkdir(exist_ok=True)
    holder = {"host": socket.gethostname(), "pid": child.pid, "since": "2026-01-01"}
    (study / "locks" / "R1.lock").write_text(json.dumps(holder), encoding="utf-8")
    assert study_restore(study).backup.is_file()


def test_the_command_says_what_it_did(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (study / "study.db").write_bytes(b"damaged")
    assert cli.run(["study", "restore", str(study)]) == 0
    said = capsys.readouterr().out
    assert (
        "reader R1: 4 readings now, 2 of them from the second copy (the old database cannot be read)" in said
    )
    assert "damaged" in said


def test_the_fullest_backup_is_taken_whatever_the_clocks_said(study: Path) -> None:
    """Backups of a clock far ahead neither push later ones out nor are they taken for the newest."""
    (study / "study.toml").unlink()
    (early,) = (study / "backup").iterdir()
    for year in ("2031", "2032", "2033"):
        shutil.copyfile(early, early.with_name(f"study-{year}0101T000000000000Z.db"))
    opened = open_study(study)
    opened.back_up()
    opened.close()
    before = hashes(study)
    assert len(before) == 4
    (study / "study.db").write_bytes(b"damaged")
    assert study_restore(study).readers == (BroughtBack("R1", before=None, backup=4, replayed=None),)
    assert hashes(study) == before


def test_a_damaged_backup_is_passed_over_and_said(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (good,) = (study / "backup").iterdir()
    late = good.with_name("study-20990101T000000000000Z.db")
    late.write_bytes(good.read_bytes()[:5000] + b"x" * 20_000)
    before = hashes(study)
    assert cli.run(["study", "restore", str(study)]) == 0
    said = capsys.readouterr().out
    assert good.name in said
    assert "1 backup in the folder backup cannot be read" in said
    assert "(4 before)" in said
    assert hashes(study) == before
    good.unlink()
    with pytest.raises(AppError, match="No backup is whole"):
        study_restore(study)


def test_two_restores_at_once_keep_both_old_databases(study: Path) -> None:
    (study / "study.db").write_bytes(b"first")
    first = study_restore(study).kept
    (study / "study.db").write_bytes(b"second")
    second = study_restore(study).kept
    assert (first.read_bytes(), second.read_bytes()) == (b"first", b"second")


@pytest.mark.parametrize("step", ["copy", "exchange"])
def test_a_full_disk_leaves_everything_as_it_was(
    study: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    database, before = study / "study.db", hashes(study)
    database.write_bytes(content := database.read_bytes() + b"tail")
    there = sorted(study.rglob("*"))
    if step == "copy":
        monkeypatch.setattr("app.workflows.study.restore.shutil.copyfileobj", full)
    else:
        monkeypatch.setattr("app.workflows.study.restore.put_in_place", full)
    with pytest.raises(AppError, match="disk is full"):
        study_restore(study)
    assert database.read_bytes() == content
    assert sorted(study.rglob("*")) == there
    monkeypatch.undo()
    study_restore(study)
    assert hashes(study) == before


def test_an_empty_file_is_never_made_a_study(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (study / "study.db").write_bytes(b"")
    for command in ("verify", "status"):
        assert cli.run(["study", command, str(study)]) == 2
        assert "study.db is empty" in capsys.readouterr().err
    assert (study / "study.db").read_bytes() == b""
    study_restore(study)
    assert len(hashes(study)) == 4

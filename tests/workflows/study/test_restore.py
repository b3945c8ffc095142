"""A damaged database is replaced by its backup and brought up to the second copy."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli
from app.errors import AppError
from app.store.opening import open_study
from app.workflows.study.restore import study_restore
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
    assert done.replayed == {"R1": 2}
    assert done.kept.read_bytes() == b"damaged" * 1000
    assert hashes(study) == before
    assert study_verify(study).ok
    read_cases(study, 1)
    assert study_verify(study).ok


def test_without_a_second_copy_the_backup_stands(study: Path) -> None:
    (study / "study.toml").unlink()
    before = hashes(study)
    (study / "study.db").unlink()
    assert study_restore(study).replayed == {}
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
    assert "2 readings added from the second copy" in said
    assert "damaged" in said

"""One window at a time, and a second copy that can be trusted."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app import language
from app.errors import AppError
from app.process import birth
from app.store.lock import NameLock
from app.store.opening import open_study
from app.store.sitting import take_place
from app.study.clock import SimulatedClock
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study, read_cases, sit
from tests.study.helpers import DISPLAY, START, YES


def lock_file(folder: Path, **holder: object) -> Path:
    file = folder / "R1.lock"
    file.write_text(json.dumps(holder), encoding="utf-8")
    return file


def test_a_second_window_is_refused_by_the_name_of_the_holder(tmp_path: Path) -> None:
    first = NameLock(tmp_path, "R1")
    with pytest.raises(AppError) as caught:
        NameLock(tmp_path, "R1")
    said = str(caught.value)
    assert socket.gethostname() in said
    assert str(os.getpid()) in said
    assert "since 20" in said
    other = NameLock(tmp_path, "R2")
    other.release()
    first.release()
    first.release()
    again = NameLock(tmp_path, "R1")
    again.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_a_process_that_died_here_is_taken_over(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    lock_file(tmp_path, host=socket.gethostname(), pid=child.pid, since="2026-01-01")
    lock = NameLock(tmp_path, "R1")
    assert f'"pid": {os.getpid()}' in (tmp_path / "R1.lock").read_text(encoding="utf-8")
    lock.release()


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="there are no zombies")
def test_a_lock_of_a_process_that_ended_but_is_still_held_by_somebody_is_taken_over(tmp_path: Path) -> None:
    """A zombie here; on Windows a process to which another one has a handle."""
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        lock_file(tmp_path, host=socket.gethostname(), pid=child.pid, since="2026-01-01")
        lock = NameLock(tmp_path, "R1")
        assert f'"pid": {os.getpid()}' in (tmp_path / "R1.lock").read_text(encoding="utf-8")
        lock.release()


def test_a_lock_is_taken_over_when_its_number_went_to_another_process(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        holder = {"host": socket.gethostname(), "pid": child.pid, "since": "2026-01-01"}
        lock_file(tmp_path, **holder, born=birth(child.pid))
        with pytest.raises(AppError, match=f"process {child.pid}"):
            NameLock(tmp_path, "R1")
        lock_file(tmp_path, **holder, born="another time")
        NameLock(tmp_path, "R1").release()
        child.terminate()


def test_a_lock_of_another_computer_is_respected(tmp_path: Path) -> None:
    lock_file(tmp_path, host="reading-room-2", pid=1, since="2026-01-01T08:00")
    with pytest.raises(AppError, match="reading-room-2"):
        NameLock(tmp_path, "R1")


def test_a_window_in_another_language_knows_another_computer_too(study: Path) -> None:
    opened = open_study(study)
    opened.folder.locks.mkdir(exist_ok=True)
    lock_file(opened.folder.locks, host="reading-room-2", pid=1, since="2026-01-01T08:00")
    language.use("de")
    try:
        with pytest.raises(AppError, match=r"R1.*reading-room-2"):
            take_place(opened, "R2")
    finally:
        language.use(language.ENGLISH)
        opened.close()


def test_a_study_in_a_file_on_a_share_is_read_on_one_computer_at_a_time(study: Path) -> None:
    opened = open_study(study)
    locks = opened.folder.locks
    here = take_place(opened, "R2")
    take_place(opened, "R1").release()  # another window of this computer
    lock_file(locks, host="reading-room-2", pid=1, since="2026-01-01T08:00").rename(locks / "R3.lock")
    with pytest.raises(AppError, match=r"on another computer: R3 on reading-room-2, .*delete locks/R3\.lock"):
        take_place(opened, "R1")
    assert sorted(file.name for file in locks.iterdir()) == ["R2.lock", "R3.lock"]
    (locks / "R3.lock").unlink()
    take_place(opened, "R1").release()
    here.release()
    opened.close()


def test_a_half_written_lock_does_not_keep_a_reader_out(tmp_path: Path) -> None:
    (tmp_path / "R1.lock").write_text('{"host": "re', encoding="utf-8")
    os.utime(tmp_path / "R1.lock", (1, 1))
    lock = NameLock(tmp_path, "R1")
    assert f'"pid": {os.getpid()}' in (tmp_path / "R1.lock").read_text(encoding="utf-8")
    lock.release()


def test_a_lock_that_is_just_being_written_is_not_taken_from_its_holder(tmp_path: Path) -> None:
    (tmp_path / "R1.lock").touch()
    with pytest.raises(AppError, match="at this moment"):
        NameLock(tmp_path, "R1")
    assert (tmp_path / "R1.lock").is_file()


def copy_of(tmp_path: Path) -> Path:
    return tmp_path / "copy" / "TEST-R1.jsonl"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "study", second_copy=str(tmp_path / "copy"))


def test_every_answer_is_in_the_second_copy_too(study: Path, tmp_path: Path) -> None:
    read_cases(study, 3)
    lines = [json.loads(line) for line in copy_of(tmp_path).read_text(encoding="utf-8").splitlines()]
    assert [line["reading"]["number"] for line in lines if line["reading"]] == [1, 2, 3]
    assert study_verify(study).ok


def test_a_copy_that_could_not_be_written_for_a_while_catches_up(study: Path, tmp_path: Path) -> None:
    read_cases(study, 1)
    folder = tmp_path / "copy"
    away = tmp_path / "unplugged"
    folder.rename(away)
    folder.write_text("a file where the folder was", encoding="utf-8")
    opened = open_study(study)
    clock = SimulatedClock(START)
    session = sit(opened, clock)
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    session.submit(YES, DISPLAY)  # the reader is not stopped
    opened.close()
    assert study_verify(study).problems
    folder.unlink()
    away.rename(folder)
    read_cases(study, 1)
    assert study_verify(study).ok


def test_a_line_that_a_crash_left_half_written_is_repaired(study: Path, tmp_path: Path) -> None:
    read_cases(study, 2)
    content = copy_of(tmp_path).read_bytes()
    copy_of(tmp_path).write_bytes(content[:-200])
    read_cases(study, 1)
    assert study_verify(study).ok


def test_a_copy_that_is_no_copy_stops_no_reader(study: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy_of(tmp_path).write_text('{"something": "else"}\n[1, 2]\n', encoding="utf-8")
    opened = open_study(study)
    journal = opened.journal("R1")
    opened.close()
    read_cases(study, 2)
    opened = open_study(study)
    assert len(list(opened.readings.all("R1"))) == 2
    sit(opened, SimulatedClock(START))
    journal.append_events([])
    assert "damaged" in journal.copy_problem
    opened.close()


def test_a_copy_that_goes_further_than_the_database_is_told_and_left_as_it_is(
    study: Path, tmp_path: Path
) -> None:
    read_cases(study, 1)
    early = (study / "study.db").read_bytes()
    read_cases(study, 2)
    (study / "study.db").write_bytes(early)
    for rest in study.glob("study.db-*"):
        rest.unlink()
    content = copy_of(tmp_path).read_bytes()
    opened = open_study(study)
    journal = opened.journal("R1")
    journal.append_events([])
    assert "further than the database" in journal.copy_problem
    opened.close()
    assert copy_of(tmp_path).read_bytes() == content


def test_a_reader_who_was_erased_from_the_database_is_still_in_the_copy(study: Path) -> None:
    read_cases(study, 2)
    with closing(sqlite3.connect(study / "study.db")) as connection:
        for table in ("heads", "readings", "events"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    found = study_verify(study)
    assert not found.ok
    assert "differs from the database" in found.problems[0]


def test_a_changed_copy_is_named_with_its_line(study: Path, tmp_path: Path) -> None:
    read_cases(study, 2)
    text = copy_of(tmp_path).read_text(encoding="utf-8")
    copy_of(tmp_path).write_text(text.replace('"rating": 80', '"rating": 20', 1), encoding="utf-8")
    (problem,) = study_verify(study).problems
    assert "was changed" in problem
    copy_of(tmp_path).unlink()
    (problem,) = study_verify(study).problems
    assert "missing" in problem

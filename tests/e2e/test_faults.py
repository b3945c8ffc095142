"""What goes wrong while somebody sits at the window: one clear sentence each time, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.gui.main_window import MainWindow
from app.study.clock import Instant, SystemClock
from app.workflows.study.verify import study_verify
from tests.gui.pages.reading.driver import Person, make_scans, make_study

Sit = Callable[..., Person]

needs_mount = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="only root may mount a small disk",
)


@pytest.fixture
def sit(qapp: object) -> Iterator[Sit]:
    """Opens the window on a study; closes what was opened."""
    opened: list[Person] = []

    def open_for(study: Path, reader: str = "R1") -> Person:
        opened.append(Person(study, reader))
        return opened[-1]

    yield open_for
    for person in opened:
        person.leave()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Three cases for one reader."""
    return make_study(tmp_path / "study", make_scans(tmp_path / "scans", cases=3))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def curtain_text(person: Person) -> str:
    """All that stands on the screen that hides the images."""
    curtain = person.page.curtain.curtain
    assert curtain is not None
    return " ".join((curtain.heading, *curtain.lines))


def said(window: MainWindow) -> list[str]:
    """The banners' sentences."""
    return [banner.text for banner in window.banners.shown()]


def read_one(person: Person) -> None:
    """Start and answer the first case."""
    person.start()
    person.answer()
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)


@pytest.mark.parametrize("damage", ["zeros", "text", "half"])
def test_a_damaged_database_is_told_with_the_way_back_and_left_as_it_is(
    study: Path, sit: Sit, damage: str
) -> None:
    first = sit(study)
    read_one(first)
    first.leave()
    file = study / "study.db"
    whole = file.read_bytes()
    spoilt = {"zeros": bytes(len(whole)), "text": b"Dear colleague", "half": whole[: len(whole) // 2]}[damage]
    file.write_bytes(spoilt)
    for beside in study.glob("study.db-*"):
        beside.unlink()
    person = sit(study)
    assert person.curtain == "This study cannot be read now"
    assert "study.db" in curtain_text(person)
    assert "restore" in curtain_text(person)
    assert file.read_bytes() == spoilt
    assert said(person.window) == []


def test_a_scan_that_is_gone_becomes_a_technical_problem_and_comes_no_further(
    study: Path, tmp_path: Path, sit: Sit
) -> None:
    for file in (tmp_path / "scans").iterdir():
        file.unlink()
    person = sit(study)
    person.wait(lambda: bool(person.page.curtain.buttons))
    person.choose("Start")
    person.wait(lambda: person.curtain == "This case cannot be shown")
    assert "scan0" not in curtain_text(person)
    person.choose("Record")
    person.wait(lambda: person.session.snapshot.done == 1)
    assert person.session.last_reading().flags.outcome.value == "technical problem"


def test_a_study_folder_that_vanishes_keeps_the_answer_on_the_screen_until_it_is_back(
    study: Path, tmp_path: Path, sit: Sit
) -> None:
    person = sit(study)
    person.start()
    study.rename(tmp_path / "unplugged")
    person.answer("y", "7")
    person.submit()
    assert "NOT SAVED" in person.page.notice.label.text()
    assert person.session.snapshot.done == 0
    assert person.panel.call.yes.isChecked()
    person.page.save_copy(str(tmp_path / "copy.json"))
    assert '"rating": 70' in (tmp_path / "copy.json").read_text(encoding="utf-8")
    if study.exists():
        shutil.rmtree(study)  # nothing but what the window may have tried to write
    (tmp_path / "unplugged").rename(study)
    person.choose("Retry")
    person.wait(lambda: person.session.snapshot.done == 1)
    person.leave()
    assert study_verify(study).ok
    assert study_verify(study).chains[0].readings == 1


def test_a_study_folder_that_never_comes_back_lets_the_reader_go(
    study: Path, tmp_path: Path, sit: Sit
) -> None:
    person = sit(study)
    read_one(person)
    person.wait_for_case()
    shutil.rmtree(study)
    person.answer()
    person.submit()
    assert "NOT SAVED" in person.page.notice.label.text()
    assert not person.window.close(), "asked once"
    assert person.curtain == "The last answer is not saved"
    assert person.window.close()
    assert not study.exists(), "nothing that looks like a study is left behind"


HOLDER = """
import sys, time
from pathlib import Path
from app.workflows.study.read import open_session
opened = open_session(Path(sys.argv[1]), "R1")
print("open", flush=True)
sys.stdin.readline()
"""


def test_a_second_program_on_the_same_list_is_refused_and_told_who_has_it(study: Path, sit: Sit) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(study)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        person = sit(study)
        assert person.curtain == "This study cannot be read now"
        assert str(holder.pid) in curtain_text(person)
    finally:
        holder.kill()
        holder.communicate()
    person.choose("Try again")
    person.wait(lambda: person.curtain != "This study cannot be read now")
    person.start()


@needs_mount
def test_a_full_disk_loses_nothing_and_the_answer_is_saved_when_there_is_room(
    tmp_path: Path, small_disk: Path, sit: Sit
) -> None:
    study = make_study(small_disk / "study", make_scans(tmp_path / "scans", cases=3))
    person = sit(study)
    read_one(person)
    person.wait_for_case()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    person.answer("n", "2")
    person.submit()
    assert "NOT SAVED" in person.page.notice.label.text()
    assert "full" in person.page.notice.label.text()
    assert person.session.snapshot.done == 1
    ballast.unlink()
    person.choose("Retry")
    person.wait(lambda: person.session.snapshot.done == 2)
    person.leave()
    assert study_verify(study).ok
    assert study_verify(study).chains[0].readings == 2


@needs_mount
def test_a_read_only_study_is_refused_in_one_sentence(tmp_path: Path, small_disk: Path, sit: Sit) -> None:
    study = make_study(small_disk / "study", make_scans(tmp_path / "scans", cases=1))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    person = sit(study)
    assert person.curtain == "This study cannot be read now"
    assert "cannot be written: Read-only file system" in curtain_text(person)


class SetBack(SystemClock):
    """A computer clock that somebody sets back by an hour in the middle of a case."""

    behind = timedelta()

    def now(self) -> Instant:
        return Instant(time.monotonic_ns(), super().now().utc - self.behind)


def test_a_clock_that_is_set_back_changes_no_time_and_is_recorded(
    study: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.pages.reading.view.SystemClock", SetBack)
    person = sit(study)
    person.start()
    monkeypatch.setattr(SetBack, "behind", timedelta(hours=1))
    person.answer()
    person.submit()
    person.wait(lambda: person.session.snapshot.done == 1)
    times = person.session.last_reading().times
    assert times.clock_jump_seconds == pytest.approx(-3600, abs=5)
    assert times.active_seconds is not None
    assert 0 < times.active_seconds < 60
    person.wait_for_case()
    person.leave()
    assert study_verify(study).ok

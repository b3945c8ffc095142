"""Ctrl+C in a terminal, which the system sends to a command and to all of its child processes at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.interrupts import STOPPED_SAID
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no key can be pressed in another console")
BEGINS = "import sys; from app.__main__ import main; print('begins', flush=True); sys.exit(main())"
BEFORE_IT_BEGAN = '  File "<string>", line 1, in <module>\nKeyboardInterrupt'


def pressed(home: Path, *words: str, when: Callable[[psutil.Process], object]) -> str:
    """What a command says on its error output when Ctrl+C is pressed some time after our code has begun."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGINS, *words],
        env={**os.environ, "SCINTIREAD_HOME": str(home)},
        cwd=Path(__file__).parent.parent,
        start_new_session=True,  # as a terminal's group, without the tests
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "begins\n"
        when(psutil.Process(command.pid))
        os.killpg(command.pid, signal.SIGINT)
        _, complained = command.communicate(timeout=PATIENCE_S)
    if BEFORE_IT_BEGAN in complained:  # on a busy machine
        return pressed(home, *words, when=when)
    assert command.returncode in (130, -signal.SIGINT), complained
    return complained.strip()


def workers(process: psutil.Process) -> int:
    return sum("spawn_main" in " ".join(child.cmdline()) for child in process.children())


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.1, 0.3, 1.0])
def test_a_command_that_is_stopped_at_any_moment_says_one_sentence(tmp_path: Path, seconds: float) -> None:
    words = ("simulate", str(tmp_path / "cohort"), "--scans", "60")
    said = pressed(tmp_path, *words, when=lambda _: time.sleep(seconds))
    assert said == STOPPED_SAID


def test_workers_that_are_just_beginning_say_nothing_of_their_own(tmp_path: Path) -> None:
    def both_begin(process: psutil.Process) -> None:
        until(lambda: workers(process) == 2, every=0.005)

    words = ("simulate", str(tmp_path / "cohort"), "--scans", "60", "--workers", "2")
    assert pressed(tmp_path, *words, when=both_begin) == STOPPED_SAID


def test_what_was_finished_is_kept_and_the_rest_is_made_afterwards(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort"

    def some_are_made(_: psutil.Process) -> None:
        until(lambda: len(list(cohort.rglob("*.dcm"))) >= 2, every=0.02)

    words = ("simulate", str(cohort), "--scans", "8", "--workers", "1")
    assert pressed(tmp_path, *words, when=some_are_made) == STOPPED_SAID
    run = subprocess.run(
        [sys.executable, "-m", "app", *words],
        env={**os.environ, "SCINTIREAD_HOME": str(tmp_path)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert " 0 there already" not in run.stdout
    assert len(list(cohort.rglob("*.dcm"))) == 8


def test_workers_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    words = ("simulate", str(tmp_path / "cohort"), "--scans", "60", "--workers", "2")
    with subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        env={**os.environ, "SCINTIREAD_HOME": str(tmp_path)},
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as command:
        until(lambda: any((tmp_path / "cohort").rglob("*.dcm")), every=0.02)
        left = psutil.Process(command.pid).children()
        command.kill()
    assert len(left) >= 2
    until(lambda: not psutil.wait_procs(left, timeout=0)[1], "they go on without it")

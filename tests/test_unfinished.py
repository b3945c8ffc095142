"""What is left of killed work: nothing that a patient could be seen in, after the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from app.unfinished import sweep, unfinished
from tests.patience import PATIENCE_S

WORK = """
import sys, time
from app.unfinished import unfinished
with unfinished() as folder:
    (folder / "image.dcm").write_bytes(b"patient")
    print("begun", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    return paths.user_data() / "unfinished"


def begun() -> subprocess.Popen[bytes]:
    """Another process in the middle of its work."""
    child = subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE, env=dict(os.environ))
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"begun"
    return child


def images(home: Path) -> list[Path]:
    return sorted(home.rglob("*.dcm"))


def test_work_that_ends_leaves_nothing_whether_well_or_badly(home: Path) -> None:
    with unfinished() as folder:
        (folder / "image.dcm").write_bytes(b"patient")
        assert images(home)
    with pytest.raises(RuntimeError), unfinished() as folder:
        (folder / "image.dcm").write_bytes(b"patient")
        raise RuntimeError
    assert list(home.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_what_a_kill_left_goes_at_the_next_start_and_living_work_stays(home: Path) -> None:
    with begun() as living, begun() as killed:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert len(images(home)) == 2
        subprocess.run([sys.executable, "-m", "app", "--version"], check=True, timeout=PATIENCE_S)
        assert len(images(home)) == 1
        living.kill()
    sweep()
    assert images(home) == []


def test_work_of_another_computer_is_left_alone(home: Path) -> None:
    """The user's own files may lie on a network, where two computers see them."""
    with unfinished() as folder:
        mine, _, rest = folder.name.partition("-")
        theirs = home / f"{'0' * len(mine)}-999999999-{rest.rpartition('-')[2]}"
        theirs.mkdir()
    sweep()
    assert list(home.iterdir()) == [theirs]

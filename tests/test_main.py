"""The two doors of the program, from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S


def started(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    without = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env={**inherited, "SCINTIREAD_HOME": str(home), **environment},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may have no display")
def test_without_a_display_the_program_says_so_instead_of_aborting(tmp_path: Path) -> None:
    run = started(home=tmp_path)
    assert run.returncode == 2
    assert "no display" in run.stderr
    assert "--headless" in run.stderr


def test_help_and_version_need_no_display(tmp_path: Path) -> None:
    assert "Not a medical device" in " ".join(started("--help", home=tmp_path).stdout.split())
    assert started("--version", home=tmp_path).stdout.startswith("scintiread ")


def test_an_unknown_word_is_refused_in_one_sentence_that_points_to_the_help(tmp_path: Path) -> None:
    run = started("divine", home=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("scintiread: divine")
    assert "--help" in run.stderr
    assert "Traceback" not in run.stderr


def test_output_into_a_pipe_is_utf_8_whatever_the_system_speaks(tmp_path: Path) -> None:
    """Windows gives pipes its code page, which lacks many signs and ends the program at the first of them."""
    missing = tmp_path / "転移 × ….dcm"
    run = subprocess.run(
        [sys.executable, "-m", "app", "info", str(missing)],
        env={**os.environ, "SCINTIREAD_HOME": str(tmp_path), "PYTHONIOENCODING": "cp1252"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 2
    assert missing.name in run.stderr.decode("utf-8")

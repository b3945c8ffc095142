"""The program under a Windows Python, where one can be started here: a Wine with it, or another way.

SCINTIREAD_WINDOWS_PYTHON names a command that runs it with this checkout as its current folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WINDOWS_PYTHON = os.environ.get("SCINTIREAD_WINDOWS_PYTHON", "")
SECONDS = 1200
HELD = (
    "tests/test_files.py", "tests/test_names.py", "tests/test_bounded.py", "tests/test_cells.py",
    "tests/test_main.py", "tests/test_unfinished.py", "tests/store", "tests/quantification", "tests/study",
    "tests/annotation",
    "tests/simulator/test_cohort_tables.py", "tests/workflows/study/test_restore.py", "tests/analysis",
    "tests/test_private.py", "tests/test_portable.py", "tests/gui/test_unheard.py", "tests/gui/test_theme.py",
    "tests/gui/pages/reading/test_rating_slider.py",
)  # fmt: skip
"""What holds there; to grow."""

pytestmark = [
    pytest.mark.skipif(not shutil.which(WINDOWS_PYTHON or "-"), reason="no Windows Python is named"),
    pytest.mark.timeout(SECONDS * 2),
]


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [WINDOWS_PYTHON, *words], cwd=ROOT, capture_output=True, timeout=SECONDS, check=False
    )


def test_the_demo_is_read_verified_and_exported() -> None:
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".windows-") as folder:  # a place that both know
        done = run("-m", "app", "demo", "--headless", "--out", f"{Path(folder).name}/demo")
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    said = done.stdout.decode("utf-8")
    assert "Written" in said and "results.xlsx" in said
    assert "simulated" in said


@pytest.mark.parametrize("place", HELD)
def test_what_holds_on_windows_holds(place: str) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", place)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-4000:]

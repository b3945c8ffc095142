"""The setup program or package, where one is built and a Windows Python can be started to install it.

SCINTIREAD_WINDOWS_SETUP is its path, SCINTIREAD_WINDOWS_PYTHON as in `test_windows_python`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.windows.test_windows_python import SECONDS, WINDOWS_PYTHON, run

SETUP = os.environ.get("SCINTIREAD_WINDOWS_SETUP", "")
pytestmark = [
    pytest.mark.skipif(not shutil.which(WINDOWS_PYTHON or "-"), reason="no Windows Python is named"),
    pytest.mark.skipif(not SETUP, reason="SCINTIREAD_WINDOWS_SETUP names no setup program"),
    pytest.mark.timeout(SECONDS * 2),
]


def test_it_installs_runs_is_replaced_and_goes_without_a_trace() -> None:
    done = run("-m", "tests.windows.installed", str(Path(SETUP).absolute()))
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said + done.stderr.decode("utf-8", "replace")[-3000:]
    assert said.strip().endswith("uninstalled, nothing left")

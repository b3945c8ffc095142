"""The commands of the reader edition without all that stays out of it, as the frozen program has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer.editions import READER
from tests.patience import PATIENCE_S

CODE = """
import sys
from importlib.machinery import PathFinder

LEFT_OUT = set(sys.argv.pop(1).split(","))

class Missing(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in LEFT_OUT else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [each for each in sys.meta_path if each is not PathFinder] + [Missing]
from app.__main__ import main
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("words", ["simulate made --scans 1", "demo --headless --out made"])
def test_a_command_needs_nothing_of_it(tmp_path: Path, words: str) -> None:
    root = str(Path(__file__).parents[2])
    run = subprocess.run(
        [sys.executable, "-c", CODE, ",".join(READER.excluded), *words.split()],
        env={**os.environ, "SCINTIREAD_HOME": str(tmp_path / "home"), "PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=2 * PATIENCE_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert list((tmp_path / "made").iterdir())

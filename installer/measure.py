"""How long the frozen program takes to its first window, seen from outside.

`python -m installer.measure PROGRAM` prints the seconds: a Python of the program's own system starts it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
PROBE = "SCINTIREAD_SAY_WHEN_SHOWN"


def start_seconds(program: Path) -> float:
    """The median of several starts after one that warms the file cache; the window is shown offscreen."""
    with tempfile.TemporaryDirectory() as home:
        taken = [_start(program, home) for _ in range(RUNS + 1)]
    return statistics.median(taken[1:])


def _start(program: Path, home: str) -> float:
    environment = {**os.environ, "SCINTIREAD_HOME": home, "QT_QPA_PLATFORM": "offscreen", PROBE: "1"}
    begun = time.monotonic()
    with subprocess.Popen(
        [str(program)], env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        taken = time.monotonic() - begun
        process.kill()
    if line.strip() != "shown":
        raise SystemExit(f"The frozen program shows no window: it said {line.strip() or 'nothing'}.")
    return taken


if __name__ == "__main__":
    print(start_seconds(Path(sys.argv[1]).absolute()))

"""Run every benchmark of this folder, each in a fresh process, and print one table.

python -m benchmarks            all of them
python -m benchmarks start      those named
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.table import machine

READING_ROOM = ("start", "paint", "submit_to_next", "clock_start", "big_study", "memory")


def main(names: list[str]) -> int:
    """Run the benchmarks `names` (default: the reading room's); each prints its own Markdown rows."""
    failed = 0
    print("| what | measured | target |\n|---|---|---|", flush=True)
    for name in names or READING_ROOM:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        run = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=Path(__file__).parent.parent, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        lines = run.stdout.splitlines()
        body = [line for line in lines if line.startswith("| ") and "| measured |" not in line]
        print("\n".join(body), flush=True)
        if run.returncode or not body:
            failed += 1
            print(f"| {name} | failed | |\n{run.stderr[-2000:]}", file=sys.stderr)
    print(f"\nMachine: {machine()}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

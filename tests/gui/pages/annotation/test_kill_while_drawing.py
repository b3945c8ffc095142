"""kill -9 while somebody draws: what was finished is there, and nothing half written stays."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.scan.nm_files import toy_counts, write_nm

KILLS = 6
ROUND = """
import json, random, sys
from pathlib import Path
from benchmarks.kill_drawing import lives
told = lives(Path(sys.argv[1]), int(sys.argv[2]), random.Random(4))
print(json.dumps([[life.kept, life.lost, life.swept] for life in told]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a Unix thing")
def test_a_kill_takes_the_last_stroke_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    folder = tmp_path / "scans"
    folder.mkdir()
    write_nm(folder / "scan.dcm", *toy_counts(np.random.default_rng(18)))
    run = subprocess.run(
        [sys.executable, "-c", ROUND, str(folder), str(KILLS)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert sum(kept for kept, _, _ in told) > 0
    assert all(lost <= 1 for _, lost, _ in told), told
    assert all(swept for _, _, swept in told), "what was half written is gone when the case is shown again"

"""Several processes train one net: in step, with the same numbers of steps, by one clock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from app.learning.training_log import read_log
from tests.learning.small_recipes import STEPS
from tests.learning.together_child import BY_THE_CLOCK, NAMES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("processes", [2, 3])
def test_processes_end_with_one_net_after_as_many_steps_each(processes: int, tmp_path: Path) -> None:
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    child = ["-m", "tests.learning.together_child", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, *torchrun, *child], cwd=ROOT, capture_output=True, text=True, timeout=800
    )
    assert done.returncode == 0, done.stderr[-3000:]
    steps = [json.loads((tmp_path / f"steps-{rank}.json").read_text()) for rank in range(processes)]
    for name in NAMES:
        nets = [load_file(tmp_path / f"{name}-{rank}") for rank in range(processes)]
        for other in nets[1:]:
            assert all(torch.equal(value, other[key]) for key, value in nets[0].items())
        assert len(read_log(tmp_path / name)) == 2
    assert all(told == steps[0] for told in steps)
    assert steps[0]["ibrahim2023"] == 2 * STEPS
    assert {row.phase for row in read_log(tmp_path / BY_THE_CLOCK)} == {"contrast", "linear classifier"}
    for rank in range(processes):
        said = (tmp_path / f"apart-{rank}.txt").read_text()
        assert said.startswith(f"{rank} The processes of this training do not all see apart")

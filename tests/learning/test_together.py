"""Several processes train one net: in step, with the same numbers of steps, by one clock."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from app.learning.training_log import read_log
from tests.learning.small_recipes import STEPS
from tests.learning.together_child import BY_THE_CLOCK, NAMES
from tests.learning.toy_cohort import toy_cohort

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
        assert "different weights after epoch 1" in (tmp_path / f"differ-{rank}.txt").read_text()
        said = (tmp_path / f"apart-{rank}.txt").read_text()
        assert said.startswith(f"{rank} The processes of this training do not all see apart")


def launched(
    *words: str, run: Path, cohort: Path, home: Path, more: tuple[str, ...]
) -> subprocess.Popen[str]:
    """One `torchrun` of the program's own command, as a person types it."""
    command = [
        "train",
        "hsieh2021-cnn-supervised",
        "--data",
        str(cohort),
        "--out",
        str(run),
        "--threads",
        "1",
    ]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "torch.distributed.run",
            *words,
            "-m",
            "app",
            *command,
            "--device",
            "cpu",
            *more,
        ],
        cwd=ROOT,
        env={**os.environ, "SCINTIREAD_HOME": str(home), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_cohort(tmp_path_factory.mktemp("cohort") / "toys", 15)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("shared", [True, False], ids=["one disk", "a disk each"])
def test_two_machines_train_with_a_disk_that_both_see_and_are_refused_without(
    shared: bool, cohort: Path, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    meeting = ["--nnodes", "2", "--nproc-per-node", "1", "--rdzv-backend", "c10d", "--rdzv-id", "pair"]
    meeting += ["--rdzv-endpoint", f"localhost:{port}", "--max-restarts", "0"]
    places = [tmp_path if shared else tmp_path / f"machine{number}" for number in range(2)]
    nodes = [
        launched(*meeting, run=place / "run", cohort=cohort, home=place / "home", more=("--minutes", "0.02"))
        for place in places
    ]
    told = [node.communicate(timeout=800) for node in nodes]
    if shared:
        assert [node.returncode for node in nodes] == [0, 0], told
        assert sum(out.count("Run:") for out, _ in told) == 1
        run = json.loads((tmp_path / "run" / "run.json").read_text())
        assert run["fingerprint"]["number of processes"] == "2"
        assert sum(len(cases) for cases in run["cases"].values()) == 15
        assert read_log(tmp_path / "run")
    else:
        assert all(node.returncode for node in nodes)
        for _, errors in told:
            assert "scintiread: The processes of this training do not all see run" in errors
        assert not list(tmp_path.rglob("weights.safetensors"))
        assert not list(tmp_path.rglob("images.npy")), "refused before anything is prepared"

"""Scans are read and changed beside the training step: the same numbers, and hardly a wait."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.learning.batches import Share, batch_of, epoch_order, shares
from app.learning.dataset import PreparedCohort
from app.learning.loading import Epoch, Loading
from app.learning.recipe import Batch, Phase
from app.learning.recipes.ibrahim2023 import Ibrahim2023
from app.learning.splits import Split
from app.learning.train import TrainOptions, train
from app.learning.training_log import read_log
from app.progress import Cancelled
from tests.learning.test_training import StopIn
from tests.learning.toy_scans import toy_prepared

SPLIT = Split(np.arange(9), np.arange(9, 12), np.arange(0))
OPTIONS = TrainOptions(epochs=2, device="cpu", threads=1)
PHASE = Phase("cross-entropy", 2, 1e-4, 2)
EPOCH = Epoch(3, 3, PHASE, seed=5)
RECIPE = Ibrahim2023(size=32, thin=16, phases=(PHASE,))


@dataclass(frozen=True)
class Slow(Ibrahim2023):
    """As long to change a batch as to learn from it, whatever the machine has to do besides."""

    pause: float = 0.05
    fails: bool = False

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        time.sleep(self.pause)
        if self.fails:
            raise MemoryError("no room for a batch")
        return super().augment(batch, rng)

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        time.sleep(self.pause)
        return super().loss(net, batch, phase)


@pytest.fixture(scope="module")
def prepared() -> PreparedCohort:
    return toy_prepared(RECIPE)


def test_what_is_loaded_beside_the_step_is_to_the_last_bit_what_is_loaded_in_turn(
    prepared: PreparedCohort,
) -> None:
    rng = torch.Generator().manual_seed(EPOCH.seeds(Share())[1])
    order = epoch_order(PHASE, SPLIT.train, prepared.truth, EPOCH.seed, EPOCH.number)
    wanted = [
        RECIPE.augment(batch_of(prepared, index, torch.device("cpu")), rng).images
        for index in shares(order, PHASE.batch)
    ]
    for before in (False, True):  # as one resumed there, and as one that comes from the epoch before
        with Loading(RECIPE, prepared, SPLIT.train, Share()) as loading:
            if before:
                next(loading.batches(Epoch(2, 2, PHASE, 5), 1))
                loading.begin(EPOCH, 1)
            made = list(loading.batches(EPOCH, 1))
        assert sorted(scan for index, _ in made for scan in index.tolist()) == list(range(9))
        assert all(torch.equal(batch.images, one) for (_, batch), one in zip(made, wanted, strict=True))


def test_the_step_does_not_wait_while_the_next_batch_is_made_and_the_log_tells_its_wait(
    prepared: PreparedCohort, tmp_path: Path
) -> None:
    slow = Slow(size=32, thin=16, phases=(PHASE,))
    trained = train(slow, prepared, SPLIT, tmp_path / "run", OPTIONS)
    assert "waited" in (tmp_path / "run" / "log.csv").read_text().splitlines()[0]
    rows = read_log(tmp_path / "run")
    assert [row.waited for row in rows] == [row.waited for row in trained.rows]
    assert trained.waited is not None
    assert trained.waited < 0.3, "in turn, half of the time is waited"


def test_what_fails_while_loading_ends_the_training_and_a_stop_leaves_no_thread_behind(
    prepared: PreparedCohort, tmp_path: Path
) -> None:
    fails = Slow(size=32, thin=16, phases=(PHASE,), pause=0.0, fails=True)
    with pytest.raises(MemoryError, match="no room for a batch"):
        train(fails, prepared, SPLIT, tmp_path / "fails", OPTIONS)
    with pytest.raises(Cancelled):
        train(RECIPE, prepared, SPLIT, tmp_path / "stopped", OPTIONS, StopIn(2))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("loading")]

"""Every scan is trained on, in steps that are whole; what is no number any more ends the training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning.batches import Share, shares
from app.learning.recipe import Batch, Phase
from app.learning.recipes.ibrahim2023 import Ibrahim2023
from app.learning.recipes.whole_picture import DYNUNET
from app.learning.splits import Split
from app.learning.train import TrainOptions, train
from tests.learning.small_recipes import SMALL
from tests.learning.toy_scans import toy_prepared

OPTIONS = TrainOptions(epochs=2, device="cpu", threads=1)
SPLIT = Split(np.arange(7), np.arange(8, 12), np.arange(0))


@dataclass(frozen=True)
class Kinked(Ibrahim2023):
    """Its loss is 0 and the slope of it infinite."""

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        logits = net(batch.images)[0]
        return (logits - logits.detach()).square().sum().sqrt()


def small(rate: float = 1e-3) -> tuple[Phase, ...]:
    return (Phase("cross-entropy", 2, rate, 3),)


@pytest.mark.parametrize(("least", "lengths"), [(1, [3, 3, 1]), (2, [3, 3])], ids=["alone", "normalised"])
def test_a_last_single_scan_waits_only_where_scans_are_normalised_by_each_other(
    least: int, lengths: list[int]
) -> None:
    assert [len(part) for part in shares(np.arange(7), 3, least=least)] == lengths


@pytest.mark.parametrize("world", [2, 3, 4])
@pytest.mark.parametrize("scans", range(1, 26))
def test_processes_have_as_many_steps_of_the_same_size_and_together_every_scan(
    scans: int, world: int
) -> None:
    order, size = np.random.default_rng(scans).permutation(scans), 2 * world
    parts = [shares(order, size, Share(rank, world)) for rank in range(world)]
    for together in zip(*parts, strict=True):
        assert len({len(part) for part in together}) == 1
    shown = {int(scan) for steps in parts for part in steps for scan in part}
    assert len(shown) >= scans - (world - 1)


def test_a_loss_that_is_no_number_ends_the_training_and_names_the_scans(tmp_path: Path) -> None:
    recipe = Ibrahim2023(size=32, thin=16, phases=small(rate=1e30))
    with pytest.raises(AppError, match=r"The loss is no finite number any more, in epoch 1 .* on T\d"):
        train(recipe, toy_prepared(recipe), SPLIT, tmp_path / "run", OPTIONS)
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_gradient_that_is_no_number_ends_the_training_before_the_weights_take_it(tmp_path: Path) -> None:
    recipe = Kinked(size=32, thin=16, phases=small())
    with pytest.raises(AppError, match=r"The gradient is no finite number any more, in epoch 1"):
        train(recipe, toy_prepared(recipe), SPLIT, tmp_path / "run", OPTIONS)


def test_a_net_that_knows_a_tensor_by_two_names_is_saved_and_read_again(tmp_path: Path) -> None:
    from app.learning.checkpoint import load_weights, save_weights

    torch.manual_seed(1)
    net, other = SMALL[DYNUNET.name].build(), SMALL[DYNUNET.name].build()
    save_weights(net, tmp_path / "weights.safetensors")
    load_weights(other, tmp_path / "weights.safetensors")
    assert all(
        torch.equal(one, two)
        for one, two in zip(net.state_dict().values(), other.state_dict().values(), strict=True)
    )

"""One pass over the training scans; where the accelerator has no room, in smaller batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from app.learning.batches import batches, epoch_order
from app.learning.dataset import PreparedCohort
from app.learning.devices import NoRoom, Place, out_of_memory
from app.learning.recipe import Batch, Phase, Recipe
from app.learning.schedule import rate_at
from app.learning.splits import Split

_CLIP = 5.0
"""Largest norm of the gradient: a single odd scan does not throw a net off its way."""


class LossOf(nn.Module):
    """A recipe's loss as a module, so that many processes share its gradients."""

    def __init__(self, recipe: Recipe, net: nn.Module, phase: Phase) -> None:
        super().__init__()
        self.net = net
        self._recipe = recipe
        self._phase = phase

    def forward(self, images: Tensor, truth: Tensor, targets: Tensor | None, index: Tensor) -> Tensor:
        """The loss of a batch."""
        return self._recipe.loss(self.net, Batch(images, truth, targets, index), self._phase)


@dataclass(frozen=True)
class Epoch:
    """Which epoch this is: of all, and of its phase."""

    number: int
    in_phase: int
    phase: Phase
    seed: int
    mixed: bool = False


def run_epoch(
    recipe: Recipe,
    module: nn.Module,
    prepared: PreparedCohort,
    split: Split,
    optimiser: torch.optim.Optimizer,
    rng: torch.Generator,
    epoch: Epoch,
    place: Place,
    share_of_time: Callable[[], float | None] | None,
    report: Callable[[float, float], None],
    notes: list[str],
) -> tuple[float, float]:
    """Train on every scan of the epoch once; gives mean loss and last learning rate.

    `share_of_time` gives the elapsed share of a limited training, which then sets the learning rate, and
    ends the epoch when it is over.
    """
    module.train()
    order = epoch_order(epoch.phase, split.train, prepared.truth, epoch.seed, epoch.number)
    size = epoch.phase.batch * place.share.world
    steps = -(-len(order) // size)
    losses: list[float] = []
    rate = epoch.phase.rate
    for step, batch in enumerate(batches(prepared, order, size, torch.device("cpu"), place.share)):
        elapsed = share_of_time() if share_of_time else None
        if elapsed is not None and elapsed >= 1 and losses:
            break
        part = (epoch.in_phase + step / steps) / epoch.phase.epochs if elapsed is None else elapsed
        rate = rate_at(epoch.phase, part)
        for group in optimiser.param_groups:
            group["lr"] = rate
        losses.append(_step(recipe.augment(batch, rng), module, optimiser, epoch, place, notes))
        report(step / steps, float(np.mean(losses[-20:])))
    return float(np.mean(losses)), rate


def _step(
    batch: Batch,
    module: nn.Module,
    optimiser: torch.optim.Optimizer,
    epoch: Epoch,
    place: Place,
    notes: list[str],
) -> float:
    """One step; a batch that does not fit is halved until it does."""
    pieces = 1
    while True:
        try:
            return _stepped(_pieces(batch, pieces), module, optimiser, epoch, place)
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            if len(batch.images) // (2 * pieces) < 2:
                raise NoRoom from error
            pieces *= 2
            said = (
                f"The GPU has no memory for {len(batch.images)} scans at once; they went in {pieces} parts."
            )
            if said not in notes:
                notes.append(said)
            optimiser.zero_grad(set_to_none=True)
            torch.cuda.empty_cache()


def _stepped(
    parts: list[Batch], module: nn.Module, optimiser: torch.optim.Optimizer, epoch: Epoch, place: Place
) -> float:
    optimiser.zero_grad(set_to_none=True)
    whole, total = sum(len(part.images) for part in parts), 0.0
    for part in parts:
        moved = _on(part, place.device)
        with torch.autocast(place.device.type, torch.bfloat16, enabled=epoch.mixed):
            loss = module(moved.images, moved.truth, moved.targets, moved.index)
        weight = len(part.images) / whole
        (loss * weight).backward()
        total += float(loss.detach()) * weight
    nn.utils.clip_grad_norm_(
        [one for group in optimiser.param_groups for one in group["params"]], _CLIP, error_if_nonfinite=False
    )
    if np.isfinite(total):
        optimiser.step()
    return total


def _pieces(batch: Batch, count: int) -> list[Batch]:
    if count == 1:
        return [batch]
    targets = batch.targets.chunk(count) if batch.targets is not None else [None] * count
    rows = zip(
        batch.images.chunk(count), batch.truth.chunk(count), targets, batch.index.chunk(count), strict=False
    )
    return [Batch(*row) for row in rows]


def _on(batch: Batch, device: torch.device) -> Batch:
    if device.type == "cpu":
        return batch
    targets = None if batch.targets is None else batch.targets.to(device, non_blocking=True)
    return Batch(
        batch.images.to(device, non_blocking=True), batch.truth.to(device), targets, batch.index.to(device)
    )

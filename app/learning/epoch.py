"""One pass over the training scans; where the accelerator has no room, in smaller batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning.devices import NoRoom, Place, out_of_memory
from app.learning.loading import Epoch, Loading
from app.learning.recipe import Batch, Phase, Recipe
from app.learning.schedule import rate_at
from app.wording import counted


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
class Passed:
    """What came of an epoch: mean loss, last learning rate, and which share of its time steps waited."""

    loss: float
    rate: float
    waited: float


def run_epoch(
    module: nn.Module,
    loading: Loading,
    cases: Sequence[str],
    optimiser: torch.optim.Optimizer,
    epoch: Epoch,
    place: Place,
    share_of_time: Callable[[], float | None] | None,
    report: Callable[[float, float], None],
    notes: list[str],
) -> Passed:
    """Train on every scan of the epoch once.

    `share_of_time` gives the elapsed share of a limited training, which then sets the learning rate, and
    ends the epoch when it is over. Raises AppError when nothing is learned: no step, or no finite number.
    """
    module.train()
    torch.manual_seed(epoch.seeds(place.share)[0])
    least = _least(module, epoch.phase)
    many = len(loading.begin(epoch, least))
    losses: list[float] = []
    rate = epoch.phase.rate
    begun, waited = time.perf_counter(), loading.waited
    for step, (index, batch) in enumerate(loading.batches(epoch, least)):
        elapsed = share_of_time() if share_of_time else None
        if elapsed is not None and elapsed >= 1 and losses:
            break
        part = (epoch.in_phase + step / many) / epoch.phase.epochs if elapsed is None else elapsed
        rate = rate_at(epoch.phase, part)
        for group in optimiser.param_groups:
            group["lr"] = rate
        own, gradient = _step(batch, module, optimiser, epoch, place, notes)
        loss = place.mean(own)
        if not np.isfinite([loss, gradient]).all():
            raise _not_finite(epoch, loss, [cases[one] for one in index])
        optimiser.step()
        losses.append(loss)
        report(step / many, float(np.mean(losses[-20:])))
    if not losses:
        raise AppError(
            f"Epoch {epoch.number + 1} has no step: {counted(loading.scans, 'training scan')} cannot "
            f"be shared by {counted(place.share.world, 'process', 'processes')} with what normalising a "
            "batch needs.",
            "Add cases, or keep fewer of them from the training.",
        )
    taken = time.perf_counter() - begun
    loading.begin(epoch.following, least)  # while this one is validated
    return Passed(float(np.mean(losses)), rate, (loading.waited - waited) / max(taken, 1e-9))


def _least(module: nn.Module, phase: Phase) -> int:
    """With so few scans a batch can be learned from: two where they are normalised by each other."""
    together = any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in module.modules())
    return 2 if together and phase.batch > 1 else 1


def _not_finite(epoch: Epoch, loss: float, cases: list[str]) -> AppError:
    what = "gradient" if np.isfinite(loss) else "loss"
    shown = ", ".join(cases[:4]) + (" ..." if len(cases) > 4 else "")
    return AppError(
        f"The {what} is no finite number any more, in epoch {epoch.number + 1} ({epoch.phase.name}) "
        f"on {shown}: the training ends there.",
        "Look at these scans, or train with a lower rate; the epochs before are kept.",
    )


def _step(
    batch: Batch,
    module: nn.Module,
    optimiser: torch.optim.Optimizer,
    epoch: Epoch,
    place: Place,
    notes: list[str],
) -> tuple[float, float]:
    """Loss and norm of the gradient of a batch; one that does not fit is halved until it does."""
    pieces = 1
    while True:
        try:
            return _computed(_pieces(batch, pieces), module, optimiser, epoch, place)
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            if place.share.world > 1:  # the others would wait for gradients that never come
                raise AppError(
                    f"The GPU has no memory for {len(batch.images)} scans at once.",
                    "Set a smaller batch with --config, or train in one process.",
                ) from error
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


def _computed(
    parts: list[Batch], module: nn.Module, optimiser: torch.optim.Optimizer, epoch: Epoch, place: Place
) -> tuple[float, float]:
    optimiser.zero_grad(set_to_none=True)
    whole, total = sum(len(part.images) for part in parts), 0.0
    for part in parts:
        moved = _on(part, place.device)
        with torch.autocast(place.device.type, torch.bfloat16, enabled=epoch.mixed):
            loss = module(moved.images, moved.truth, moved.targets, moved.index)
        weight = len(part.images) / whole
        (loss * weight).backward()
        total += float(loss.detach()) * weight
    changed = [one for group in optimiser.param_groups for one in group["params"]]
    return total, float(nn.utils.clip_grad_norm_(changed, epoch.phase.clip))


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

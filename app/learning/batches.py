"""In which order scans are shown, and the batches themselves, read from disk as they are needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from app.learning.dataset import PreparedCohort
from app.learning.recipe import Batch, Phase
from app.learning.splits import Indices


@dataclass(frozen=True)
class Share:
    """Which part of every batch this process computes: `rank` of `world`."""

    rank: int = 0
    world: int = 1


def epoch_order(
    phase: Phase, train: Indices, truth: np.ndarray, seed: int, epoch: int, world: int = 1
) -> Indices:
    """The scans of one epoch in random order; the same for the same seed and epoch, in every process.

    A phase of so many steps has as many with several processes, each of whom has its own batch in every step.
    train and result: int64 (n,), places of scans; truth: bool, of every scan.
    """
    rng = np.random.default_rng([seed, epoch])
    chosen = train[truth[train]] if phase.positives else train
    if phase.balanced:
        positive, negative = train[truth[train]], train[~truth[train]]
        fewer = min(len(positive), len(negative))
        redrawn = rng.choice(negative, len(positive), replace=len(negative) < len(positive))
        chosen = np.concatenate([positive, redrawn]) if fewer else train
    order = rng.permutation(chosen)
    if phase.steps_per_epoch is None:
        return order
    wanted = phase.steps_per_epoch * phase.batch * world
    rounds = -(-wanted // max(len(order), 1))
    return np.concatenate([order, *(rng.permutation(chosen) for _ in range(rounds - 1))])[:wanted]


def shares(order: Indices, size: int, share: Share = Share(), least: int = 1) -> list[Indices]:
    """The scans of each batch of `size` that this process computes: as many batches in every process.

    A last batch that leaves a process less than `least` scans waits for another epoch. What it lacks for
    equal shares is filled up from the beginning of the order, so that each gradient weighs the same. order
    and each share: int64 (n,), places of scans.
    """
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    if parts and len(parts[-1]) < least * share.world:
        parts.pop()
    if parts and (odd := len(parts[-1]) % share.world):
        parts[-1] = np.concatenate([parts[-1], order[: share.world - odd]])
    return [part[share.rank :: share.world] for part in parts]


def batch_of(prepared: PreparedCohort, index: Indices, device: torch.device) -> Batch:
    """The scans of these places, int64 (n,), as one batch on a device."""
    scale = prepared.scale[index].reshape(-1, 1, 1, 1)
    images = prepared.images[index].astype(np.float32) * scale
    targets = None
    if prepared.targets is not None:
        targets = torch.from_numpy(prepared.targets[index]).to(device).float() / 255.0
    return Batch(
        torch.from_numpy(images).to(device),
        torch.from_numpy(prepared.truth[index].astype(np.float32)).to(device),
        targets,
        torch.from_numpy(np.asarray(index, np.int64)).to(device),
    )

"""In which order scans are shown, and the batches themselves, read from disk as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
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


def epoch_order(phase: Phase, train: Indices, truth: np.ndarray, seed: int, epoch: int) -> Indices:
    """The scans of one epoch in random order; the same for the same seed and epoch, in every process."""
    rng = np.random.default_rng([seed, epoch])
    chosen = train
    if phase.balanced:
        positive, negative = train[truth[train]], train[~truth[train]]
        fewer = min(len(positive), len(negative))
        redrawn = rng.choice(negative, len(positive), replace=len(negative) < len(positive))
        chosen = np.concatenate([positive, redrawn]) if fewer else train
    order = rng.permutation(chosen)
    if phase.steps_per_epoch is None:
        return order
    wanted = phase.steps_per_epoch * phase.batch
    rounds = -(-wanted // max(len(order), 1))
    return np.concatenate([order, *(rng.permutation(chosen) for _ in range(rounds - 1))])[:wanted]


def batches(
    prepared: PreparedCohort, order: Indices, size: int, device: torch.device, share: Share = Share()
) -> Iterator[Batch]:
    """Batches of `size` in this order, each process its share; a last single scan is left out.

    Batch normalisation cannot learn from one scan, hence the single one waits for another epoch.
    """
    for start in range(0, len(order), size):
        index = order[start : start + size][share.rank :: share.world]
        if len(index) > 1 or len(order) == 1:
            yield batch_of(prepared, index, device)


def batch_of(prepared: PreparedCohort, index: Indices, device: torch.device) -> Batch:
    """The scans of these places."""
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

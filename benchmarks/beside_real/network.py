"""Can a small network tell real from simulated scans? Patches of both views, folds by patient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.beside_real.degraded import Pair

FOLDS = 5
PATCH = (96, 64)
"""Rows and columns of a patch, pixels of 4.9 mm: half of the trunk."""
STEPS, BATCH = 120, 24
STRIDE = (50, 19)
"""Between the patches that a scan is judged by."""


def picture(pair: Pair) -> NDArray[np.float32]:
    """Both views at half size and of one level, as square roots: float32 (2, rows / 2, cols / 2)."""
    views = np.stack([pair.anterior, pair.posterior]).astype(np.float32)
    _, rows, cols = views.shape
    half = views.reshape(2, rows // 2, 2, cols // 2, 2).mean(axis=(2, 4))
    level = np.percentile(half, 95, axis=(1, 2), keepdims=True)
    return np.sqrt(np.clip(half / level, 0, 2)).astype(np.float32)


def network() -> nn.Module:
    """Four blocks of 3 x 3 convolutions, each halving the size, and their mean; one logit."""
    layers: list[nn.Module] = []
    for before, after in ((2, 16), (16, 24), (24, 32), (32, 48)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(48, 1))


def told_apart(real: Sequence[Pair], simulated: Sequence[Pair], seed: int = 0) -> float:
    """AUC over scans that the network did not learn from; as many patches of each kind in every step."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    pictures = np.stack([picture(pair) for pair in (*real, *simulated)])
    is_real = np.arange(len(pictures)) < len(real)
    said = np.zeros(len(pictures))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(pictures, is_real):
        model = _trained(pictures[train], is_real[train], seed)
        said[test] = [_judged(model, pictures[each]) for each in test]
        # a fold's logits have their own level
        said[test] -= said[test][~is_real[test]].mean()
    return float(roc_auc_score(is_real, said))


def _trained(pictures: NDArray[np.float32], is_real: NDArray[np.bool_], seed: int) -> nn.Module:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = network()
    optimiser = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=STEPS)
    kinds = [np.flatnonzero(is_real), np.flatnonzero(~is_real)]
    answer = torch.tensor([1.0, 0.0]).repeat(BATCH // 2)
    for _ in range(STEPS):
        patches = [_patch(pictures[rng.choice(kinds[at % 2])], rng) for at in range(BATCH)]
        logit = model(torch.from_numpy(np.stack(patches))).squeeze(1)
        loss = nn.functional.binary_cross_entropy_with_logits(logit, answer)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


def _patch(both: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A patch at random, mirrored and its level changed at random."""
    row, col = (
        int(rng.integers(0, size - length + 1)) for size, length in zip(both.shape[1:], PATCH, strict=True)
    )
    patch = both[:, row : row + PATCH[0], col : col + PATCH[1]]
    patch = patch[..., ::-1] if rng.random() < 0.5 else patch
    return np.ascontiguousarray(patch * np.float32(rng.uniform(0.85, 1.15)))


@torch.no_grad()
def _judged(model: nn.Module, both: NDArray[np.float32]) -> float:
    """The mean logit over a grid of patches."""
    _, rows, cols = both.shape
    patches = [
        both[:, row : row + PATCH[0], col : col + PATCH[1]]
        for row in range(0, rows - PATCH[0] + 1, STRIDE[0])
        for col in range(0, cols - PATCH[1] + 1, STRIDE[1])
    ]
    return float(model(torch.from_numpy(np.stack(patches))).mean())

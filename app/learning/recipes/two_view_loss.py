"""What the two-view net is told it did wrong: the patient's answer, and every plane that it drew."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from app.learning.recipe import Batch

_RARE = 4.0
"""Weight of drawn pixels against empty ones."""
_PLANE_WEIGHTS = (1.0, 1.0, 0.6, 0.6, 0.3, 0.3)
_PATIENT_WEIGHT = 0.5


def two_view_loss(outputs: tuple[Tensor, Tensor], batch: Batch, smoothing: float) -> Tensor:
    """Cross-entropy of the patient; with targets also cross-entropy and soft Dice of each plane."""
    answer, drawn = outputs
    truth = batch.truth * (1 - 2 * smoothing) + smoothing
    patient = functional.binary_cross_entropy_with_logits(answer.float(), truth)
    if batch.targets is None:
        return patient
    weights = torch.tensor(_PLANE_WEIGHTS, device=drawn.device)
    return patient * _PATIENT_WEIGHT + (_drawing(drawn.float(), batch.targets) * weights).mean()


def _drawing(drawn: Tensor, target: Tensor) -> Tensor:
    """Weighted cross-entropy and soft Dice of each plane over the batch, (planes,)."""
    rare = torch.full((1, 1, 1), _RARE, device=drawn.device)
    cross = functional.binary_cross_entropy_with_logits(drawn, target, pos_weight=rare, reduction="none")
    shown = torch.sigmoid(drawn)
    both = (shown * target).sum(dim=(0, 2, 3))
    dice = 1 - (2 * both + 1) / (shown.sum(dim=(0, 2, 3)) + target.sum(dim=(0, 2, 3)) + 1)
    return 3 * cross.mean(dim=(0, 2, 3)) + dice

"""What the mirrored net is told it did wrong: each lesion about alike, and the worst false places most."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from app.learning.recipe import Batch

_EVERYWHERE, _FOUND = 3.0, 0.25
"""Weights of the cross-entropy of all pixels, and of those that should be drawn."""
_USUAL_AREA = 25.0
"""Pixels of 4.5 mm; those of larger lesions weigh less, of smaller ones more."""
_WEIGHTS = (0.1, 4.0)
_HARD_SHARE = 0.003
_HARD_WEIGHT = 0.15
_PLANE_WEIGHTS = (0.6, 0.3, 0.15, 0.15)
_PATIENT_WEIGHT = 0.5
_WINDOW = 8
_EMPTY = 0.05
"""Drawn to a lesser share a pixel counts as empty."""
_BY_AREA = 4
"""Planes of lesions, which are weighted by area: metastasis and benign finding of both views."""


def mirrored_loss(outputs: tuple[Tensor, ...], batch: Batch, smoothing: float) -> Tensor:
    """Cross-entropy of the patient; with targets also of each plane, with soft Dice and hard negatives.

    A plane's cross-entropy is the mean over all pixels and, again, over those of its lesions, where each
    lesion counts about alike; hard negatives are the worst 0.3 % of the empty pixels of the suspicious plane.

    Views that are missing, all 0, are left out.
    """
    answer, drawn = outputs[0].float(), outputs[1].float()
    truth = batch.truth * (1 - 2 * smoothing) + smoothing
    patient = functional.binary_cross_entropy_with_logits(answer, truth)
    if batch.targets is None:
        return patient
    there = (batch.images.amax(dim=(2, 3)) > 0).to(drawn.dtype)[:, None]
    size = (len(drawn), -1, 2, drawn.shape[2] * drawn.shape[3])
    flat, target = drawn.reshape(size), batch.targets.reshape(size)
    cross = functional.binary_cross_entropy_with_logits(flat, target, reduction="none")
    shown = flat.sigmoid()
    with torch.autocast(drawn.device.type, enabled=False):  # sums of 60,000 pixels need whole floats
        weights = _weights(batch.targets).reshape(size)
        missed, weight = _inner(cross, weights) * there, weights.sum(dim=3) * there
        both, sizes = _inner(shown, target) * there, (shown.sum(dim=3) + target.sum(dim=3)) * there
    everywhere = (cross.mean(dim=3) * there).mean(dim=(0, 2))
    found = missed.sum(dim=(0, 2)) / (weight.sum(dim=(0, 2)) + 1)
    dice = (1 - (2 * both.sum(dim=0) + 1) / (sizes.sum(dim=0) + 1)).mean(dim=1)
    hard = cross[:, 0].masked_fill(target[:, 0] > _EMPTY, 0.0)
    worst = hard.topk(max(int(_HARD_SHARE * size[3]), 1), dim=2).values.mean(dim=2) * there[:, 0]
    of_planes = torch.tensor(_PLANE_WEIGHTS, device=drawn.device)
    planes = _EVERYWHERE * everywhere + _FOUND * found + dice
    return patient * _PATIENT_WEIGHT + (planes * of_planes).sum() + _HARD_WEIGHT * worst.mean()


def _inner(one: Tensor, other: Tensor) -> Tensor:
    """Sums of products over the last axis, without a copy of the size of both."""
    return (one[..., None, :] @ other[..., :, None])[..., 0, 0]


def _weights(targets: Tensor) -> Tensor:
    """What pixels weigh that should be drawn, (n, planes, rows, cols): where lesions are, the usual area over
    the area that is drawn around, counted on coarse squares."""
    lesions = targets[:, :_BY_AREA]
    squares = functional.avg_pool2d(lesions, _WINDOW)
    around = functional.avg_pool2d(squares, 3, stride=1, padding=1) * (3 * _WINDOW) ** 2
    weight = (_USUAL_AREA / around.clamp_min(1.0)).clamp(*_WEIGHTS)
    spread = functional.interpolate(weight, scale_factor=float(_WINDOW), mode="nearest")
    return torch.cat([lesions * spread, targets[:, _BY_AREA:]], dim=1)

"""Rotation, scaling and flipping of strips, each within itself: Liu S et al. name the three, not how far."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from app.learning.recipe import Batch
from app.learning.recipes.four_strips import STRIPS

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_TURN = math.radians(8)
_SCALE = 0.1


def moved(batch: Batch, rng: torch.Generator) -> Batch:
    """The batch with every scan turned by up to 8 degrees, 10 % larger or smaller, half of them mirrored.

    Both views of a scan are mirrored together, light and dark likewise.
    """
    import torch

    count = len(batch.images)
    rows, cols = batch.images.shape[2], batch.images.shape[3] // STRIPS
    turn = (2 * torch.rand(count, generator=rng) - 1) * _TURN
    scale = 1 + (2 * torch.rand(count, generator=rng) - 1) * _SCALE
    flip = torch.where(torch.rand(count, generator=rng) < 0.5, -1.0, 1.0)
    affine = torch.zeros(count, 2, 3)
    affine[:, 0, 0] = torch.cos(turn) * scale * flip
    affine[:, 0, 1] = -torch.sin(turn) * scale * rows / cols
    affine[:, 1, 0] = torch.sin(turn) * scale * flip * cols / rows
    affine[:, 1, 1] = torch.cos(turn) * scale
    theta = affine.to(batch.images.device)
    targets = None if batch.targets is None else _sampled(batch.targets, theta)
    return replace(batch, images=_sampled(batch.images, theta), targets=targets)


def _sampled(pictures: Tensor, theta: Tensor) -> Tensor:
    """Pictures (n, planes, rows, cols) with each of their strips moved in its own place."""
    from torch.nn import functional

    count, planes, rows, cols = pictures.shape
    width = cols // STRIPS
    strips = pictures.reshape(count, planes, rows, STRIPS, width).permute(0, 1, 3, 2, 4)
    grid = functional.affine_grid(theta, [count, 1, rows, width], align_corners=False)
    made: Tensor = functional.grid_sample(
        strips.flatten(1, 2), grid, padding_mode="zeros", align_corners=False
    )
    back = made.reshape(count, planes, STRIPS, rows, width).permute(0, 1, 3, 2, 4)
    return back.reshape(count, planes, rows, cols)

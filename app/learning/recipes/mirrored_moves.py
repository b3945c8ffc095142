"""Other bodies in other places: where each pixel of a scan in training is taken from, and what is cut off."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_TILT = math.radians(1.3)
_MOST_TILT = math.radians(3.0)


def between(low: float, high: float, many: int, rng: torch.Generator) -> Tensor:
    """Even draws, (many,)."""
    return low + (high - low) * torch.rand(many, generator=rng)


def some(share: float, many: int, rng: torch.Generator) -> Tensor:
    """Which of many are changed, bool (many,)."""
    return torch.rand(many, generator=rng) < share


def moved(planes: Tensor, keep: Tensor, rng: torch.Generator) -> Tensor:
    """Planes (n, planes, 2 views, rows, cols) of patients of another build, tilted, bent and shifted.

    Left and right are exchanged in half of them, on both views at once since they lie on each other. One view
    lies a little off the other. `keep`, bool (n,): these are left as they are but for left and right.
    """
    many, _, views, rows, cols = planes.shape
    grid = _grid(many, rows, cols, rng)
    still = functional.affine_grid(torch.eye(2, 3).expand(many, 2, 3), [many, 1, rows, cols], False)
    apart = _apart(many, rng)
    flip = torch.where(some(0.5, many, rng), -1.0, 1.0)
    taken = []
    for view in range(views):
        there = grid if view == 0 else grid * apart[:, None, None, :2] + apart[:, None, None, 2:]
        there = torch.where(keep[:, None, None, None], still, there)
        there = torch.stack([there[..., 0] * flip[:, None, None], there[..., 1]], dim=-1)
        taken.append(functional.grid_sample(planes[:, :, view], there, "bilinear", "zeros", False))
    return torch.stack(taken, dim=2)


def _grid(many: int, rows: int, cols: int, rng: torch.Generator) -> Tensor:
    size = between(0.88, 1.12, many, rng)
    aspect = torch.exp(between(math.log(0.8), math.log(1.25), many, rng) * some(0.6, many, rng))
    tilt = (torch.randn(many, generator=rng) * _TILT).clamp(-_MOST_TILT, _MOST_TILT)
    affine = torch.zeros(many, 2, 3)
    affine[:, 0, 0] = size * aspect.sqrt()
    affine[:, 1, 1] = (size / aspect.sqrt()).clamp(0.86, 1.16)
    affine[:, 0, 1] = tilt * rows / cols
    affine[:, 1, 0] = -tilt * cols / rows
    affine[:, 0, 2] = torch.randn(many, generator=rng) * 0.025
    affine[:, 1, 2] = between(-0.03, 0.03, many, rng)
    grid = functional.affine_grid(affine, [many, 1, rows, cols], align_corners=False)
    strength = torch.tensor([0.02, 0.006])[None, :, None, None] * some(0.6, many, rng)[:, None, None, None]
    bend = torch.randn(many, 2, 14, 6, generator=rng) * strength
    bend = functional.interpolate(bend, size=(rows, cols), mode="bicubic", align_corners=False)
    return grid + bend.permute(0, 2, 3, 1)


def _apart(many: int, rng: torch.Generator) -> Tensor:
    """Scale and shift, across and down, of the posterior view against the anterior, (n, 4); two in five."""
    scale = 1 + torch.randn(many, 2, generator=rng) * 0.01
    shift = torch.randn(many, 2, generator=rng) * torch.tensor([0.025, 0.006])  # 1.6 and 1.4 pixels
    apart = torch.cat([scale, shift], dim=1)
    return torch.where(some(0.4, many, rng)[:, None], apart, torch.tensor([1.0, 1.0, 0.0, 0.0]))


def window(images: Tensor, keep: Tensor, rng: torch.Generator) -> Tensor:
    """1 where a view of images (n, 2, rows, cols) was recorded, 0 where it was cut off or is missing.

    Feet, head or sides lie beyond the edge of some, some end where the body does; in a fifth one view is
    missing.
    """
    many, _, rows, cols = images.shape
    down, across = torch.arange(rows)[None, :], torch.arange(cols)[None, :]
    everything = 2 * (rows + cols)
    lowest = _or(between(0.5, 0.92, many, rng) * rows, everything, some(0.2, many, rng) & ~keep)
    highest = _or(between(0.03, 0.10, many, rng) * rows, 0, some(0.08, many, rng) & ~keep)
    reach = _or(between(0.17, 0.36, many, rng) * cols, everything, some(0.12, many, rng) & ~keep)
    held = ((down < lowest[:, None]) & (down >= highest[:, None])).float()
    wide = ((across - cols / 2).abs() < reach[:, None]).float()
    missing = some(0.33, many, rng)
    side = (torch.rand(many, generator=rng) < 0.5).long()
    there = 1.0 - functional.one_hot(side, 2).float() * missing[:, None]
    tight = (some(0.3, many, rng) & ~keep)[:, None, None, None]
    body = torch.where(tight, _body(images), torch.ones(()))
    return body * there[:, :, None, None] * held[:, None, :, None] * wide[:, None, None, :]


def _body(images: Tensor) -> Tensor:
    """1 between the first and the last row, and column, that hold a thirtieth of what the fullest ones do."""
    within = []
    for over in (3, 2):
        sums = images.sum(dim=(1, over))
        full = sums > sums.amax(dim=1, keepdim=True) / 30
        after, before = full.cummax(dim=1).values, full.flip(1).cummax(dim=1).values.flip(1)
        within.append((after & before).float())
    return within[0][:, None, :, None] * within[1][:, None, None, :]


def _or(drawn: Tensor, otherwise: float, chosen: Tensor) -> Tensor:
    return torch.where(chosen, drawn, torch.full_like(drawn, otherwise))

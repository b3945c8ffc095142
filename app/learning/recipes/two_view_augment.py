"""What other bodies, cameras and doses would have shown: the changes a scan undergoes in training."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_BLUR = (0.0, 0.9)
"""Standard deviation in pixels of 4.5 mm."""
_THINNED = 0.25
_GAMMA = (0.8, 1.3)
_SCATTER = 0.25
_ROOM = 0.01


def augmented(images: Tensor, targets: Tensor | None, rng: torch.Generator) -> tuple[Tensor, Tensor | None]:
    """Counts (n, 2, rows, cols) and targets (n, planes, rows, cols) of other patients on other cameras."""
    many = len(images)
    grid = _moved(many, (images.shape[-2], images.shape[-1]), rng)
    flip = (
        torch.rand(many, generator=rng) < 0.5
    )  # left and right of both views at once: they lie on each other
    grid[flip] = grid[flip] * torch.tensor([-1.0, 1.0])
    images = _sampled(images, grid)
    targets = None if targets is None else _sampled(targets, grid)
    images = _recoloured(images, rng)
    images = _blurred(images, rng)
    return _thinned(images, rng), targets


def _sampled(planes: Tensor, grid: Tensor) -> Tensor:
    return functional.grid_sample(planes, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _between(low: float, high: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng)


def _moved(many: int, size: tuple[int, int], rng: torch.Generator) -> Tensor:
    """Where each pixel is taken from, (n, rows, cols, 2): shift, size, tilt, and another build."""
    rows, cols = size
    affine = torch.zeros(many, 2, 3)
    tilt = torch.randn(many, generator=rng) * 0.02
    affine[:, 0, 0] = _between(0.88, 1.12, (many,), rng)
    affine[:, 1, 1] = _between(0.92, 1.08, (many,), rng)
    affine[:, 0, 1] = tilt * rows / cols
    affine[:, 1, 0] = -tilt * cols / rows
    affine[:, 0, 2] = _between(-0.08, 0.08, (many,), rng)
    affine[:, 1, 2] = _between(-0.03, 0.03, (many,), rng)
    grid = functional.affine_grid(affine, [many, 1, rows, cols], align_corners=False)
    bend = torch.randn(many, 2, 14, 6, generator=rng) * torch.tensor([0.02, 0.006])[None, :, None, None]
    bend = functional.interpolate(bend, size=(rows, cols), mode="bicubic", align_corners=False)
    return grid + bend.permute(0, 2, 3, 1)


def _recoloured(images: Tensor, rng: torch.Generator) -> Tensor:
    """Another ratio of bone to soft tissue, other uptake of bones, more scatter and room background."""
    many, _, rows, cols = images.shape
    level = images.mean(dim=(2, 3), keepdim=True).clamp_min(1e-3) * 3.0
    gamma = _between(*_GAMMA, (many, 1, 1, 1), rng)
    images = level * (images / level).pow(gamma)
    for knots, strength in (((10, 4), 0.12), ((48, 12), 0.10)):
        field = torch.randn(many, 1, *knots, generator=rng) * strength
        field = functional.interpolate(field, size=(rows, cols), mode="bilinear", align_corners=False)
        images = images * torch.exp(field)
    glow = functional.avg_pool2d(images, 16)
    glow = functional.interpolate(glow, size=(rows, cols), mode="bilinear", align_corners=False)
    images = images + glow * _between(0.0, _SCATTER, (many, 1, 1, 1), rng)
    return images + level * _between(0.0, _ROOM, (many, 1, 1, 1), rng)


def _blurred(images: Tensor, rng: torch.Generator) -> Tensor:
    """A camera of less resolution; half of the scans stay as they are. One kernel per scan."""
    many, views, rows, cols = images.shape
    sigma = _between(*_BLUR, (many,), rng) * (torch.rand(many, generator=rng) < 0.5)
    at = torch.arange(-3, 4, dtype=torch.float32)
    line = torch.exp(-0.5 * (at / sigma.clamp_min(1e-2)[:, None]) ** 2)
    line = (line / line.sum(dim=1, keepdim=True)).repeat_interleave(views, dim=0)
    planes = images.reshape(1, many * views, rows, cols)
    planes = functional.conv2d(planes, line[:, None, :, None], padding=(3, 0), groups=many * views)
    planes = functional.conv2d(planes, line[:, None, None, :], padding=(0, 3), groups=many * views)
    return planes.reshape(many, views, rows, cols)


def _thinned(images: Tensor, rng: torch.Generator) -> Tensor:
    """Fewer counts: what a share of them would look like, with the noise that they bring, half of the time.

    A share f of Poisson counts c has mean f c and, given c, variance f (1 − f) c.
    """
    many = len(images)
    share = torch.exp(_between(0.0, 1.0, (many, 1, 1, 1), rng) * torch.log(torch.tensor(_THINNED)))
    share = torch.where(torch.rand(many, 1, 1, 1, generator=rng) < 0.5, torch.ones(()), share)
    noise = torch.randn(images.shape, generator=rng)
    return (share * images + torch.sqrt((share * (1 - share) * images).clamp_min(0)) * noise).clamp_min(0)

"""Other doses, cameras and files: how bright each pixel of a scan in training is."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from app.learning.architectures.scale_free import reference
from app.learning.recipes.mirrored_moves import between, some

_THINNED = 0.1


def coloured(images: Tensor, rng: torch.Generator) -> Tensor:
    """Counts (n, 2, rows, cols) of another uptake of bones and soft tissue, and other scatter."""
    many, _, rows, cols = images.shape
    images = images * torch.exp(_gains(many, rows, cols, rng))
    level = reference(images)
    glow = _spread(functional.avg_pool2d(images, 16), rows, cols)
    images = images + glow * _each(between(0.0, 0.3, many, rng) * some(0.4, many, rng))
    floor = between(0.0, 0.25, many, rng) * some(0.35, many, rng)
    images = (images - level * _each(floor)).clamp_min(0.0)
    body = glow / (glow + 0.3 * level)
    return images + level * body * _each(between(0.0, 0.25, many, rng) * some(0.15, many, rng))


def _gains(many: int, rows: int, cols: int, rng: torch.Generator) -> Tensor:
    """Logarithms of smooth gains, (n, 2, rows, cols): strong where left and right agree, else weak."""
    like = _smooth(many, 10, 4, 0.2, cols // 2, rows, rng) * _each(some(0.6, many, rng))
    like = like + _smooth(many, 28, 8, 0.15, cols // 2, rows, rng) * _each(some(0.4, many, rng))
    away = ((torch.arange(cols // 2) + 0.5) / cols).flip(0)[None, None, None, :]
    reach = _each(between(0.06, 0.16, many, rng))
    axial = torch.randn(many, generator=rng) * 0.3 * some(0.5, many, rng)
    half = like + _each(axial) * torch.exp(-((away / reach) ** 2))
    unlike = _smooth(many, 14, 6, 0.08, cols, rows, rng) * _each(some(0.5, many, rng))
    return torch.cat([half, half.flip(-1)], dim=3) + unlike


def _smooth(
    many: int, down: int, across: int, strength: float, cols: int, rows: int, rng: torch.Generator
) -> Tensor:
    """A smooth field of both views, half of whose variance they share, (n, 2, rows, cols)."""
    knots = torch.randn(many, 1, down, across, generator=rng) + torch.randn(
        many, 2, down, across, generator=rng
    )
    return _spread(knots * (strength / math.sqrt(2)), rows, cols)


def counted(images: Tensor, rng: torch.Generator) -> Tensor:
    """Counts of a camera of less resolution, of more counts (smoother) or fewer, with the noise they bring.

    A share f of Poisson counts c has mean f c and, given c, variance f (1 − f) c.
    """
    many = len(images)
    images = _blurred(images, between(0.3, 1.2, many, rng) * some(0.45, many, rng))
    share = torch.exp(between(math.log(_THINNED), 0.0, many, rng))
    share = _each(torch.where(some(0.45, many, rng), share, torch.ones(many)))
    noise = torch.randn(images.shape, generator=rng)
    return (share * images + torch.sqrt((share * (1 - share) * images).clamp_min(0)) * noise).clamp_min(0)


def filed(images: Tensor, rng: torch.Generator) -> Tensor:
    """What is left in a file that was made to be looked at: another matrix, gamma, levels, few greys."""
    images = _resampled(images, rng)
    many = len(images)
    level = reference(images)
    gamma = _each(torch.where(some(0.4, many, rng), between(0.7, 1.4, many, rng), torch.ones(many)))
    images = level * (images / level).pow(gamma)
    clipped = some(0.5, many, rng)
    top = _top(images, between(0.96, 0.999, many, rng))
    images = torch.where(_each(clipped), images.minimum(top), images)
    bottom = top * _each(between(0.0, 0.05, many, rng) * (some(0.4, many, rng) & clipped))
    images = (images - bottom).clamp_min(0.0)
    steps = _each(torch.where(some(0.15, many, rng), 63.0, 255.0))
    span = (top - bottom).clamp_min(1e-6)
    grey = torch.round(images / span * steps) / steps * span
    return torch.where(_each(clipped), grey, images)


def _resampled(images: Tensor, rng: torch.Generator) -> Tensor:
    """Some went through another matrix and back, all of a batch through the same."""
    rows, cols = images.shape[-2:]
    finer = float(between(0.7, 1.0, 1, rng))
    chosen = some(0.3, len(images), rng)
    if not bool(chosen.any()):
        return images
    size = (round(rows * finer), round(cols * finer))
    there = functional.interpolate(images[chosen], size=size, mode="bilinear", align_corners=False)
    images = images.clone()
    images[chosen] = _spread(there, rows, cols)
    return images


def _top(images: Tensor, share: Tensor) -> Tensor:
    """The counts that a share of the body's pixels lie below, (n, 2, 1, 1), by every 4th pixel."""
    pixels = images[:, :, ::2, ::2].flatten(2).sort(dim=2).values
    body = (pixels > 0.15 * reference(images).flatten(2)).sum(dim=2)
    last = pixels.shape[2] - 1
    place = last - ((1 - share[:, None]) * body).long()
    return pixels.gather(2, place.clamp(0, last)[:, :, None])[..., None].clamp_min(1e-6)


def _blurred(images: Tensor, sigma: Tensor) -> Tensor:
    many, views, rows, cols = images.shape
    at = torch.arange(-3, 4, dtype=torch.float32)
    line = torch.exp(-0.5 * (at / sigma.clamp_min(1e-2)[:, None]) ** 2)
    line = (line / line.sum(dim=1, keepdim=True)).repeat_interleave(views, dim=0)
    planes = images.reshape(1, many * views, rows, cols)
    planes = functional.conv2d(planes, line[:, None, :, None], padding=(3, 0), groups=many * views)
    planes = functional.conv2d(planes, line[:, None, None, :], padding=(0, 3), groups=many * views)
    return planes.reshape(many, views, rows, cols)


def _spread(planes: Tensor, rows: int, cols: int) -> Tensor:
    return functional.interpolate(planes, size=(rows, cols), mode="bilinear", align_corners=False)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]

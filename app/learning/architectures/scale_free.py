"""The first layer of the mirrored net: what the eye compares on a scan, whatever its counts were."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

_BODY, _HOT = 0.15, 3.0
_BRIGHTEST = 36.0
_TOLERANCE = 5
"""Pixels of 9 mm around the mirrored place, of which the hottest counts: bodies lie tilted and bent."""


class SeenBody(NamedTuple):
    """What is seen of two views; `fine` at the input's pixels, `coarse` at half of its rows and columns."""

    fine: Tensor
    """Brightness and contrast to the near surroundings of both views, (n, 4, rows, cols)."""
    coarse: Tensor
    """Contrast to the wider surroundings (2), excess over the mirrored place (2), presence (2), row, distance
    from the middle: (n, 8, rows / 2, cols / 2)."""


class ScaleFree(nn.Module):
    """Counts (n, 2, rows, cols) → what does not change when all counts of a view are multiplied.

    Brightness: √(c / reference), at most 6, less 1 (the square root makes Poisson noise even, Anscombe 1948,
    Biometrika 35:246); the reference is the mean over the body with hot pixels clipped, so that neither
    bladder nor injection site takes control. Contrast: brightness less its Gaussian mean of about 3 and 8
    pixels. Excess: the contrast less the hottest one near the mirrored place. A view of nothing but 0 is
    missing: it is 0 in every plane, and its presence is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.near = _Blur(2, 1.5)
        self.wide = _Blur(4, 2.0)

    def forward(self, counts: Tensor) -> SeenBody:
        """The planes of both views; small contrasts need whole floats in mixed precision too."""
        with torch.autocast(counts.device.type, enabled=False):
            return self._seen(counts.float())

    def _seen(self, counts: Tensor) -> SeenBody:
        counts = counts.clamp_min(0.0)
        there = (counts.amax(dim=(2, 3), keepdim=True) > 0).to(counts.dtype)
        brightness = torch.sqrt((counts / reference(counts)).clamp_max(_BRIGHTEST))
        near = brightness - self.near(brightness)
        wide = functional.avg_pool2d(brightness - self.wide(brightness), 2)
        opposite = functional.max_pool2d(wide.flip(-1), _TOLERANCE, stride=1, padding=_TOLERANCE // 2)
        places = _places(wide).expand(wide.shape[0], -1, -1, -1)
        present = there.expand(-1, -1, wide.shape[2], wide.shape[3])
        fine = torch.cat([(brightness - 1.0) * there, near], dim=1)
        return SeenBody(fine, torch.cat([wide, wide - opposite, present, places], dim=1))


class _Blur(nn.Module):
    """A Gaussian of `sigma` coarse pixels, each the mean of `step` x `step` fine ones."""

    def __init__(self, step: int, sigma: float) -> None:
        super().__init__()
        self.reach = int(3 * sigma)
        at = torch.arange(-self.reach, self.reach + 1, dtype=torch.float32)
        line = torch.exp(-0.5 * (at / sigma) ** 2)
        self.step = step
        self.line: Tensor
        self.register_buffer("line", line / line.sum(), persistent=False)

    def forward(self, planes: Tensor) -> Tensor:
        """The means, of the planes' shape."""
        views = int(planes.shape[1])  # a constant of the ONNX graph
        down = self.line.reshape(1, 1, -1, 1).expand(views, 1, -1, 1)
        across = self.line.reshape(1, 1, 1, -1).expand(views, 1, 1, -1)
        made = functional.avg_pool2d(planes, self.step)
        made = functional.conv2d(made, down, padding=(self.reach, 0), groups=views)
        made = functional.conv2d(made, across, padding=(0, self.reach), groups=views)
        return functional.interpolate(made, scale_factor=float(self.step), mode="bilinear")


def reference(counts: Tensor) -> Tensor:
    """Mean counts of the body of each view, hot pixels clipped, (n, views, 1, 1); above 0."""
    rough = _mean_above(counts, counts.mean(dim=(2, 3), keepdim=True))
    return _mean_above(counts.minimum(_HOT * rough), _BODY * rough).clamp_min(1e-6)


def _mean_above(counts: Tensor, least: Tensor) -> Tensor:
    inside = (counts > least).to(counts.dtype)
    return (counts * inside).sum(dim=(2, 3), keepdim=True) / inside.sum(dim=(2, 3), keepdim=True).clamp_min(
        1.0
    )


def _places(like: Tensor) -> Tensor:
    """Row from -1 to 1, and the distance from the middle column from 0 to 1: (1, 2, rows, cols)."""
    rows, cols = int(like.shape[2]), int(like.shape[3])
    down = torch.linspace(-1.0, 1.0, rows, device=like.device)[:, None].expand(rows, cols)
    across = torch.linspace(-1.0, 1.0, cols, device=like.device).abs()[None, :].expand(rows, cols)
    return torch.stack([down, across])[None]

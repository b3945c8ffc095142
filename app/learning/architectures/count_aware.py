"""The first layer of the two-view net: counts become what the eye compares, and how sure it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_BODY, _HOT = 0.15, 3.0
_BRIGHTEST = 36.0
_SURE = 8.0


class CountAware(nn.Module):
    """Counts (n, 2, rows, cols) per pixel → four planes: brightness and significance of both views.

    Brightness: √(c / reference), at most 6; the square root makes Poisson noise even (Anscombe 1948,
    Biometrika 35:246), the reference is the mean over the body with hot pixels clipped, so that neither
    bladder nor injection site takes control. Significance: (c − background) / √(background + 1) in standard
    deviations of the counts, background a Gaussian of `width` pixels: a focus in a thin scan has to stand out
    further before it is believed.
    """

    def __init__(self, width: float = 4.0) -> None:
        super().__init__()
        reach = int(3 * width)
        at = torch.arange(-reach, reach + 1, dtype=torch.float32)
        line = torch.exp(-0.5 * (at / width) ** 2)
        self.reach = reach
        self.line: Tensor
        self.register_buffer("line", line / line.sum(), persistent=False)

    def forward(self, counts: Tensor) -> Tensor:
        """Four planes float32 (n, 4, rows, cols)."""
        counts = counts.clamp_min(0.0)
        reference = _reference(counts)
        brightness = torch.sqrt((counts / reference).clamp_max(_BRIGHTEST))
        background = self._blurred(counts.minimum(_HOT * 4 * reference))
        sure = (counts - background) / torch.sqrt(background + 1.0)
        return torch.cat([brightness - 1.0, (sure / 4.0).clamp(-_SURE, _SURE)], dim=1)

    def _blurred(self, counts: Tensor) -> Tensor:
        kernel = self.line.to(counts.dtype)
        views = int(counts.shape[1])  # a constant of the ONNX graph
        down = kernel.reshape(1, 1, -1, 1).expand(views, 1, -1, 1)
        across = kernel.reshape(1, 1, 1, -1).expand(views, 1, 1, -1)
        made = functional.conv2d(counts, down, padding=(self.reach, 0), groups=views)
        return functional.conv2d(made, across, padding=(0, self.reach), groups=views)


def _reference(counts: Tensor) -> Tensor:
    """Mean counts of the body of each view, hot pixels clipped, (n, views, 1, 1)."""
    rough = _mean_above(counts, counts.mean(dim=(2, 3), keepdim=True))
    return _mean_above(counts.minimum(_HOT * rough), _BODY * rough).clamp_min(1e-3)


def _mean_above(counts: Tensor, least: Tensor) -> Tensor:
    inside = (counts > least).to(counts.dtype)
    return (counts * inside).sum(dim=(2, 3), keepdim=True) / inside.sum(dim=(2, 3), keepdim=True).clamp_min(
        1.0
    )

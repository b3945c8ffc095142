"""Which regions hold the drawn lesions: the net that fills the report of Liu S et al. (2022, figure 4)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from app.learning.architectures.unet import UNetBlock

_LAST = 2
"""Rows and columns of the last maps, as printed."""


class LocationNet(nn.Module):
    """Picture and lesions (n, 2, side, side) to logits (n, outputs); `side` a power of two from 4 on.

    The blocks of the net that draws, halved in between until 2 x 2 are left, then the average and one linear
    layer. Printed are the 2 planes it begins with and the 2 x 2 x 1024 it ends with: maps double with every
    halving, which joins the two.
    """

    def __init__(self, side: int = 1024, outputs: int = 6) -> None:
        super().__init__()
        widths = [2]
        while side >> (len(widths) - 1) > _LAST:
            widths.append(2 * widths[-1])
        self.blocks = nn.ModuleList(
            UNetBlock(before, after, residual=True)
            for before, after in zip((2, *widths), widths, strict=False)
        )
        self.average = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(widths[-1], outputs)
        self.apply(_xavier)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (n, outputs)."""
        x = pictures
        for place, block in enumerate(self.blocks):
            x = block(x if place == 0 else functional.max_pool2d(x, 2))
        return self.fc(self.average(x).flatten(1))  # type: ignore[no-any-return]


def _xavier(module: nn.Module) -> None:
    """Glorot 2010, as the paper says."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def location_net(side: int = 1024, outputs: int = 6) -> LocationNet:
    """The net, initialised by torch's current seed."""
    return LocationNet(side, outputs)

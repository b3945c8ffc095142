"""U-Net, plain (Ronneberger 2015, MICCAI) or with residual blocks, as Liu S et al. draw with it on tiles."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class UNet(nn.Module):
    """Pictures (n, 1, rows, cols) to logits (n, outputs, rows, cols); sides divisible by 2 ** (depths - 1).

    `residual`: a 1 x 1 convolution leads around each block and the units leak below zero.
    """

    def __init__(self, outputs: int, widths: Sequence[int], residual: bool, channels: int = 1) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            UNetBlock(before, after, residual)
            for before, after in zip((channels, *widths), widths, strict=False)
        )
        shallow = widths[-2::-1]
        deep = widths[:0:-1]
        self.narrow = nn.ModuleList(
            nn.ConvTranspose2d(before, after, 2, 2) for before, after in zip(deep, shallow, strict=True)
        )
        self.up = nn.ModuleList(UNetBlock(2 * after, after, residual) for after in shallow)
        self.draw = nn.Conv2d(widths[0], outputs, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (n, outputs, rows, cols)."""
        x, skips = pictures, []
        for place, block in enumerate(self.down):
            x = block(x if place == 0 else functional.max_pool2d(x, 2))
            skips.append(x)
        skips.pop()
        for narrow, block, skip in zip(self.narrow, self.up, reversed(skips), strict=True):
            x = block(torch.cat([narrow(x), skip], dim=1))
        return self.draw(x)  # type: ignore[no-any-return]


class UNetBlock(nn.Module):
    """Two 3 x 3 convolutions, each normalised."""

    def __init__(self, before: int, after: int, residual: bool) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(before, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after))
        self.second = nn.Sequential(nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after))
        self.around = nn.Conv2d(before, after, 1) if residual else None
        self.leak = 0.01 if residual else 0.0

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, after, rows, cols)."""
        inside = self.second(functional.leaky_relu(self.first(x), self.leak))
        if self.around is not None:
            inside = inside + self.around(x)
        return functional.leaky_relu(inside, self.leak)


def plain_unet(outputs: int = 2, widths: Sequence[int] = (32, 64, 128, 256, 512)) -> UNet:
    """The rival of Liu S et al., half as wide as Ronneberger's; initialised by torch's current seed."""
    return UNet(outputs, widths, residual=False)


def residual_unet(outputs: int = 1, widths: Sequence[int] = (4, 8, 16)) -> UNet:
    """The net that draws on tiles, with the channels that Liu S et al. print: 1-4-8-16 and back."""
    return UNet(outputs, widths, residual=True)

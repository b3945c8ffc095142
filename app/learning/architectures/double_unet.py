"""Double U-Net with a softmax over classes: the second net looks through what the first one drew.

Jha 2020 (IEEE CBMS, DoubleU-Net) as Diagnostics 2023;13:3042 changed it. The first encoder has the sixteen
convolutions of VGG-19, here with batch normalisation, since it begins at random unless weights are given.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_VGG19 = (2, 2, 4, 4, 4)
"""Convolutions of each block (Simonyan 2014, arXiv 1409.1556, configuration E)."""
_DILATIONS = (6, 12, 18)
"""Chen 2017, arXiv 1706.05587."""


class DoubleUNet(nn.Module):
    """Pictures (n, 1, rows, cols) to logits of the second and the first net, each (n, classes, rows, cols).

    rows and cols are divisible by 16. `width` is the number of channels at full resolution, 64 as published.
    """

    def __init__(self, classes: int = 3, width: int = 64) -> None:
        super().__init__()
        self.classes = classes
        wide = tuple(min(width << place, 8 * width) for place in range(5))
        self.vgg = nn.ModuleList(
            _convolutions(before, after, number)
            for before, after, number in zip((classes, *wide), wide, _VGG19, strict=False)
        )
        self.aspp1 = _Aspp(wide[4], width)
        up = wide[3::-1]
        self.decoder1 = nn.ModuleList(
            _Join(before + skip, half)
            for before, skip, half in zip((width, *_halves(up)), up, _halves(up), strict=False)
        )
        self.draw1 = nn.Conv2d(_halves(up)[-1], classes, 1)
        second = tuple(width // 2 << place for place in range(4))
        self.encoder2 = nn.ModuleList(
            _Join(before, after) for before, after in zip((classes, *second), second, strict=False)
        )
        self.aspp2 = _Aspp(second[3], width)
        down = second[::-1]
        self.decoder2 = nn.ModuleList(
            _Join(before + skip + other, half)
            for before, skip, other, half in zip((width, *_halves(up)), up, down, _halves(up), strict=False)
        )
        self.draw2 = nn.Conv2d(_halves(up)[-1], classes, 1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the second net, which count, and of the first."""
        picture = pictures.expand(-1, self.classes, -1, -1)
        x, skips = picture, []
        for place, block in enumerate(self.vgg):
            x = block(x if place == 0 else functional.max_pool2d(x, 2))
            skips.append(x)
        x = self.aspp1(skips.pop())
        for join, skip in zip(self.decoder1, reversed(skips), strict=True):
            x = join(torch.cat([_doubled(x), skip], dim=1))
        first = self.draw1(x)
        x, own = picture * torch.softmax(first, dim=1), []
        for place, block in enumerate(self.encoder2):
            x = block(x if place == 0 else functional.max_pool2d(x, 2))
            own.append(x)
        x = self.aspp2(functional.max_pool2d(x, 2))
        for join, skip, other in zip(self.decoder2, reversed(skips), reversed(own), strict=True):
            x = join(torch.cat([_doubled(x), skip, other], dim=1))
        return self.draw2(x), first


class MinedDoubleUNet(nn.Module):
    """Two Double U-Nets: the first finds what looks like a lesion, the second learns not to take it for one.

    Until `mined` is set, the first answers; its classes are the rest and metastatic.
    """

    mined: Tensor

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.baseline = DoubleUNet(2, width)
        self.final = DoubleUNet(3, width)
        self.register_buffer("mined", torch.tensor(False))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the second and the first half of the Double U-Net that answers."""
        made: tuple[Tensor, Tensor] = (self.final if bool(self.mined) else self.baseline)(pictures)
        return made


class _Join(nn.Module):
    """Two convolutions, then each channel weighed by the whole picture (Hu 2018, squeeze and excitation)."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.convolutions = _convolutions(before, after, 2)
        narrow = max(after // 8, 1)
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(after, narrow, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(narrow, after, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, after, rows, cols)."""
        x = self.convolutions(x)
        return x * self.weigh(x)  # type: ignore[no-any-return]


class _Aspp(nn.Module):
    """Looks at several distances at once: atrous spatial pyramid pooling."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.everywhere = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(before, after, 1), nn.ReLU(inplace=True)
        )
        self.near = _convolution(before, after, 1)
        self.far = nn.ModuleList(_convolution(before, after, 3, dilation) for dilation in _DILATIONS)
        self.together = _convolution((2 + len(_DILATIONS)) * after, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, after, rows, cols)."""
        everywhere = self.everywhere(x).expand(-1, -1, x.shape[2], x.shape[3])
        return self.together(  # type: ignore[no-any-return]
            torch.cat([everywhere, self.near(x), *(look(x) for look in self.far)], dim=1)
        )


def _convolution(before: int, after: int, size: int, dilation: int = 1) -> nn.Sequential:
    padding = dilation * (size // 2)
    return nn.Sequential(
        nn.Conv2d(before, after, size, padding=padding, dilation=dilation, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


def _convolutions(before: int, after: int, number: int) -> nn.Sequential:
    return nn.Sequential(*(_convolution(before if i == 0 else after, after, 3) for i in range(number)))


def _halves(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Channels that the decoder keeps at each depth: 256, 128, 64, 32 for 512, 256, 128, 64."""
    return tuple(width // 2 for width in widths)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def double_unet(classes: int = 3, width: int = 64) -> DoubleUNet:
    """The net, initialised by torch's current seed; `classes` 3 are air, not metastatic, metastatic."""
    return DoubleUNet(classes, width)


def mined_double_unet(width: int = 64) -> MinedDoubleUNet:
    """The pair for negative mining, initialised by torch's current seed."""
    return MinedDoubleUNet(width)

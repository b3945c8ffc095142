"""ResNet34 for tiles of one channel, as Liu S et al. (Cancer Manag Res 2022) changed it: their table 1."""

from __future__ import annotations

from torch import Tensor, nn

_BLOCKS = (3, 4, 6, 3)
"""He 2016, CVPR, table 1, 34 layers."""


class _Block(nn.Module):
    """Two 3 x 3 convolutions with a way around them."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, channels, rows / stride, cols / stride)."""
        inside = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(inside + self.downsample(x))  # type: ignore[no-any-return]


class ResNet34Tiles(nn.Module):
    """Tiles (n, 1, 256, 256) to logits (n, outputs): a stem of 8 x 8, an average over 8 x 8 before the end.

    Parts are called as torchvision calls them, so that ImageNet weights fit where the shapes do.
    """

    def __init__(self, outputs: int = 2, stem: int = 16, width: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, stem, 8, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        before = stem
        for place, blocks in enumerate(_BLOCKS):
            channels, stride = width << place, 1 if place == 0 else 2
            first = _Block(before, channels, stride)
            rest = [_Block(channels, channels, 1) for _ in range(blocks - 1)]
            setattr(self, f"layer{place + 1}", nn.Sequential(first, *rest))
            before = channels
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(before, outputs)

    def forward(self, tiles: Tensor) -> Tensor:
        """Logits (n, outputs)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(tiles))))
        for place in range(4):
            x = getattr(self, f"layer{place + 1}")(x)
        return self.fc(self.avgpool(x).flatten(1))  # type: ignore[no-any-return]


def resnet34_tiles(outputs: int = 2, stem: int = 16, width: int = 64) -> ResNet34Tiles:
    """The net, initialised by torch's current seed; `outputs` 2 are metastasis and bladder."""
    return ResNet34Tiles(outputs, stem, width)

"""A picture cut into tiles, each asked whether it holds metastasis or bladder (Liu S et al. 2022)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from app.learning.architectures.resnet34_tiles import resnet34_tiles

CLASSES = ("metastasis", "bladder")


class TileClassifier(nn.Module):
    """Pictures (n, 1, rows, cols) → logits (n, tiles, 2); a picture of one tile's size is one tile."""

    def __init__(self, tile: int, stride: tuple[int, int], width: int) -> None:
        super().__init__()
        self.tile, self.stride = tile, stride
        self.classifier = resnet34_tiles(len(CLASSES), max(width // 4, 1), width)

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """Logits of metastasis and bladder."""
        rows, cols = pictures.shape[2:]
        places = tile_places((rows, cols), self.tile, self.stride)
        tiles = torch.stack([cut(pictures, place, self.tile) for place in places], dim=1).flatten(0, 1)
        return (self.classifier(tiles).unflatten(0, (-1, len(places))),)


def tile_places(shape: tuple[int, int], tile: int, stride: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Upper left corners in rows of tiles: 28 on 1024 x 1024 with stride (128, 256), 49 with (128, 128)."""
    down, across = (range(0, length - tile + 1, step) for length, step in zip(shape, stride, strict=True))
    return tuple((top, left) for top in down for left in across)


def cut(pictures: Tensor, place: tuple[int, int], tile: int) -> Tensor:
    """One tile of every picture (n, planes, rows, cols), (n, planes, tile, tile)."""
    top, left = place
    return pictures[:, :, top : top + tile, left : left + tile]

"""Tiles are asked what they hold, and drawn on only then: the two steps of Liu S et al. as one net."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learning.architectures.resnet34_tiles import resnet34_tiles
from app.learning.architectures.unet import residual_unet

PLANES = ("metastasis", "bladder")


class TileSegmenter(nn.Module):
    """Pictures (n, 1, rows, cols) to what is drawn and what each tile holds.

    `forward`: probabilities (n, 2, rows, cols), 0 where no tile says yes and the mean where tiles overlap;
    logits (n, tiles, 2) of metastasis and bladder. A tile says yes at a probability of a half.
    """

    def __init__(self, tile: int, stride: tuple[int, int], width: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.tile, self.stride = tile, stride
        self.classifier = resnet34_tiles(len(PLANES), max(width // 4, 1), width)
        self.drawers = nn.ModuleList(residual_unet(1, channels) for _ in PLANES)

    def places(self, rows: int, cols: int) -> tuple[tuple[int, int], ...]:
        """Upper left corners of the tiles: 28 on 1024 x 1024 with stride (128, 256), 49 with (128, 128)."""
        down, across = self.stride
        return tuple(
            (top, left)
            for top in range(0, rows - self.tile + 1, down)
            for left in range(0, cols - self.tile + 1, across)
        )

    def cut(self, pictures: Tensor) -> Tensor:
        """The tiles of pictures (n, planes, rows, cols) in turn: (n * tiles, planes, tile, tile)."""
        size = self.tile
        parts = [
            pictures[:, :, top : top + size, left : left + size]
            for top, left in self.places(pictures.shape[2], pictures.shape[3])
        ]
        return torch.stack(parts, dim=1).flatten(0, 1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """What is drawn, 0-1, and what each tile holds, logits."""
        count, _, rows, cols = pictures.shape
        tiles = self.cut(pictures)
        logits = self.classifier(tiles)
        drawn = [
            self._draw(drawer, tiles, logits[:, plane] > 0).reshape(count, -1, 1, self.tile, self.tile)
            for plane, drawer in enumerate(self.drawers)
        ]
        together = torch.cat(drawn, dim=2)
        total = pictures.new_zeros((count, len(PLANES), rows, cols))
        times = pictures.new_zeros((rows, cols))
        for number, (top, left) in enumerate(self.places(rows, cols)):
            margins = (left, cols - left - self.tile, top, rows - top - self.tile)
            total = total + functional.pad(together[:, number], margins)
            times = times + functional.pad(times.new_ones((self.tile, self.tile)), margins)
        return total / times.clamp(min=1), logits.reshape(count, -1, len(PLANES))

    def _draw(self, drawer: nn.Module, tiles: Tensor, yes: Tensor) -> Tensor:
        """Probabilities on each tile, 0 on those that say no."""
        if torch.onnx.is_in_onnx_export():  # a graph has a fixed number of tiles
            return torch.sigmoid(drawer(tiles)) * yes.to(tiles.dtype)[:, None, None, None]
        made = torch.zeros_like(tiles)
        if bool(yes.any()):
            made[yes] = torch.sigmoid(drawer(tiles[yes])).to(made.dtype)
        return made


def tile_segmenter(
    tile: int = 256,
    stride: tuple[int, int] = (128, 256),
    width: int = 64,
    channels: tuple[int, ...] = (4, 8, 16),
) -> TileSegmenter:
    """The net, initialised by torch's current seed."""
    return TileSegmenter(tile, stride, width, channels)

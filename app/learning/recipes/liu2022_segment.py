"""Liu S et al., Cancer Manag Res 2022: tiles are asked for metastases and bladder, then drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.drawing import light_and_dark, targets_of
from app.learning.recipes.four_strips import LOOKS, SIDE, four_strips, four_strips_target
from app.learning.recipes.liu2022 import EPOCHS, RATE, SHARES, TILE_BATCH, TILES_PER_SCAN
from app.learning.recipes.strip_augment import moved
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from app.learning.architectures.tile_segmenter import TileSegmenter

SOURCE = "Liu S, Feng M, Qiao T et al., Cancer Management and Research 2022;14:51-65"
_CLASSIFY, _DRAW = "classify tiles", "draw on tiles"
_SCANS = TILE_BATCH // TILES_PER_SCAN
"""So many scans give the tiles of a batch."""


@dataclass(frozen=True)
class Liu2022Segment:
    """28 tiles of 256 pixels (stride 128 down, 256 across), or 49 with stride 128 both ways.

    The paper prints 28, which is what tiles give that never hold two views. A step learns from 16 tiles of a
    few scans: of all of them to classify, of those that hold something to draw.
    """

    stride: tuple[int, int] = (128, 256)
    tile: int = 256
    side: int = SIDE
    width: int = 64
    channels: tuple[int, ...] = (4, 8, 16)
    epochs: int = EPOCHS
    positives_suffice: bool = True
    looks: int = LOOKS
    shares: tuple[float, float] = SHARES
    gamma: float = 1.0
    """Of the focal loss."""
    name: str = "liu2022-segment"
    task: Task = Task.SEGMENT
    planes: tuple[str, ...] = ("metastasis", "bladder")
    source: str = SOURCE

    @property
    def title(self) -> str:
        """One line for people."""
        tiles = 28 if self.stride[1] == self.tile else 49
        return f"ResNet34 on {tiles} tiles, then a residual U-Net on those with metastases or bladder"

    @property
    def phases(self) -> Sequence[Phase]:
        """The classifier, then what draws: trained one after the other, as published."""
        return (
            Phase(_CLASSIFY, self.epochs, RATE, _SCANS, "sgd"),
            Phase(_DRAW, self.epochs, RATE, _SCANS, "sgd"),
        )

    def prepare(self, scan: Scan) -> Input:
        """Blackness of four strips, float32 (1, 1024, 1024)."""
        return four_strips(scan, self.side)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of metastasis and bladder, (2, 1024, 1024)."""
        return four_strips_target(labels, made)

    def build(self) -> nn.Module:
        """The classifier and one net for each plane."""
        from app.learning.architectures.tile_segmenter import tile_segmenter

        return tile_segmenter(self.tile, self.stride, self.width, self.channels)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Turned, scaled and mirrored strips."""
        return moved(batch, rng)

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Focal loss (gamma 1) of what tiles hold, or Dice loss of each plane on the tiles that hold it."""
        import torch

        from app.learning.losses import focal, soft_dice

        parts = cast("TileSegmenter", net)
        tiles = parts.cut(batch.images)
        targets = parts.cut(targets_of(batch, self.name))
        holds = targets.flatten(2).amax(dim=2) > 0.5
        if phase.name == _CLASSIFY:
            shown = torch.randperm(len(tiles))[:TILE_BATCH]
            return focal(parts.classifier(tiles[shown]), holds[shown], gamma=self.gamma)
        losses = []
        for plane, drawer in enumerate(parts.drawers):
            chosen = holds[:, plane].nonzero()[:, 0]
            chosen = chosen[torch.randperm(len(chosen), device=chosen.device)[:TILE_BATCH]]
            if len(chosen):
                drawn = torch.sigmoid(drawer(tiles[chosen]).float())
                losses.append(soft_dice(drawn, targets[chosen, plane : plane + 1]))
        if losses:
            return torch.stack(losses).sum()
        return torch.stack([each.sum() for each in self.trainable(net, phase)]).sum() * 0

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """The classifier, then the nets that draw."""
        return list(net.get_submodule("classifier" if phase.name == _CLASSIFY else "drawers").parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """The surest tile's probability of metastasis, (n,): one such tile makes a patient positive."""
        import torch

        return torch.sigmoid(outputs[1][:, :, 0].float()).amax(dim=1)

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probabilities, (n, 2, rows, cols), light and dark averaged."""
        return light_and_dark(outputs[0].float())

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: what it draws says where it looked."""
        del net
        return None


RECIPE = Liu2022Segment()
RECIPE_49 = Liu2022Segment(stride=(128, 128), name="liu2022-segment-49")

"""Liu S et al. 2022 (Cancer Manag Res): tiles are asked for metastasis and bladder; the surest answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.drawing import targets_of
from app.learning.recipes.four_strips import SIDE, STRIPS, four_strips, four_strips_target
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

GAMMA = 1.0
RATE, TILE_BATCH = 0.01, 16
"""SGD at 0.01 with 16 tiles, as published; momentum and clipping, which it does not name, as everywhere."""
SHARES = (0.1, 0.2)
"""A fifth of each group tests, as published; how large a part of the rest validates is not."""
EPOCHS, PATIENCE = 40, 8
"""Not published."""
TILES_PER_SCAN = 4
"""So many tiles of a scan are shown in one epoch, drawn anew: 4 scans make a batch of 16."""


@dataclass(frozen=True)
class Liu2022:
    """ResNet34 on tiles of a quarter of the picture's side, focal loss; learns from drawn masks.

    `overlap` both ways gives 49 tiles instead of 28; some of them straddle two views then.
    """

    size: int = SIDE
    width: int = 64
    overlap: bool = False
    positives_suffice: bool = True
    gamma: float = GAMMA
    """Of the focal loss."""
    shares: tuple[float, float] = SHARES
    """Validation and test."""
    tiles_per_scan: int = TILES_PER_SCAN
    name: str = "liu2022"
    title: str = "ResNet34 asks 28 tiles of four strips; the surest tile answers for the patient"
    source: str = "Liu S et al., Cancer Manag Res 2022;14:51"
    task: Task = Task.CLASSIFY
    planes: tuple[str, ...] = ("metastasis", "bladder")
    phases: Sequence[Phase] = (
        Phase("focal loss", EPOCHS, RATE, TILE_BATCH // TILES_PER_SCAN, "sgd", patience=PATIENCE),
    )

    @property
    def tile(self) -> int:
        """Side of a tile, 256 as published."""
        return self.size // STRIPS

    @property
    def stride(self) -> tuple[int, int]:
        """Step down and across."""
        return (self.tile // 2, self.tile // 2 if self.overlap else self.tile)

    def prepare(self, scan: Scan) -> Input:
        """Both views light and dark, 0-1, float32 (1, 1024, 1024)."""
        return four_strips(scan, self.size)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Whether each tile holds metastasis or bladder, 0 or 1 (2, tiles down, tiles across)."""
        drawn = four_strips_target(labels, made) >= 0.5
        down, across = self.stride
        starts = [range(0, self.size - self.tile + 1, step) for step in (down, across)]
        windows = np.lib.stride_tricks.sliding_window_view(drawn, (self.tile, self.tile), axis=(1, 2))
        held = windows[:, :: starts[0].step, :: starts[1].step].any(axis=(-2, -1))
        return np.asarray(held, np.float32)

    def build(self) -> nn.Module:
        """The net."""
        from app.learning.architectures.tile_classifier import TileClassifier

        return TileClassifier(self.tile, self.stride, self.width)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Some tiles of every scan instead of all of them."""
        import torch

        from app.learning.architectures.tile_classifier import cut, tile_places

        targets = targets_of(batch, self.name)
        places = tile_places((self.size, self.size), self.tile, self.stride)
        chosen = torch.stack(
            [torch.randperm(len(places), generator=rng)[: self.tiles_per_scan] for _ in batch.truth]
        )
        images = torch.cat(
            [
                cut(batch.images[n : n + 1], places[one], self.tile)
                for n, row in enumerate(chosen)
                for one in row
            ]
        )
        flat = targets.flatten(2).transpose(1, 2)  # (n, tiles, 2), tiles in the order of their places
        held = torch.cat([flat[n, row] for n, row in enumerate(chosen)])[:, :, None, None]
        times = chosen.shape[1]
        return Batch(images, batch.truth.repeat_interleave(times), held, batch.index.repeat_interleave(times))

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Focal loss over tiles and classes."""
        from app.learning.losses import focal

        del phase
        held = targets_of(batch, self.name).flatten(2).transpose(1, 2)
        return focal(net(batch.images)[0], held, self.gamma)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n,): the surest tile's."""
        import torch

        return torch.sigmoid(outputs[0][:, :, 0]).amax(dim=1)

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """None: only classifies."""
        del outputs
        return None

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: every tile has maps of its own."""
        del net
        return None


RECIPE = Liu2022()
TILES_49 = replace(RECIPE, overlap=True, name="liu2022-49", title=RECIPE.title.replace("28", "49"))

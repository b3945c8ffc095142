"""Ibrahim et al. 2023 (Cancer Imaging 23:12): VGG16 on both views joined, balanced epochs, Grad-CAM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.geometric import Geometry, moved
from app.learning.recipes.pair_input import ibrahim2023_input
from app.learning.recipes.softmax_of_two import SoftmaxOfTwo
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import nn

RATE, EPOCHS, STEPS = 1e-4, 6, 200
"""Adam, 6 epochs of 200 steps, as published."""
BATCH = 4
"""Not published; on 329 positives and as many negatives 200 steps are about 3 pictures each."""
DENSE = 512
FLIP = Geometry(flip=True)
"""About the vertical axis, so that either view comes to lie on either side."""


@dataclass(frozen=True)
class Ibrahim2023(SoftmaxOfTwo):
    """An epoch holds all positives and as many negatives, drawn anew."""

    size: int = 512
    thin: int = 1
    """So many times fewer maps; 1 as published."""
    geometry: Geometry = FLIP
    phases: Sequence[Phase] = (
        Phase("cross-entropy", EPOCHS, RATE, BATCH, steps_per_epoch=STEPS, balanced=True),
    )
    name: str = "ibrahim2023"
    title: str = "VGG16 on both views joined, balanced epochs"
    source: str = "Ibrahim A et al., Cancer Imaging 2023;23:12"
    task: Task = Task.CLASSIFY
    planes: tuple[str, ...] = ()

    def prepare(self, scan: Scan) -> Input:
        """Each view 0-1 by its own extremes, float32 (1, 512, 512)."""
        return ibrahim2023_input(scan, self.size)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """None: learns from the truth alone."""
        del labels, made
        return None

    def build(self) -> nn.Module:
        """VGG16, global average, 512 dense, softmax of 2."""
        from torch import nn

        from app.learning.architectures.classifier import Classifier
        from app.learning.architectures.vgg import VGG_WIDTH, vgg

        width = VGG_WIDTH // self.thin
        pool = nn.Sequential(nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        head = nn.Sequential(nn.Linear(width, DENSE), nn.ReLU(), nn.Linear(DENSE, 2))
        return Classifier(vgg(16, self.thin), head, pool)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Half of the pictures mirrored."""
        return replace(batch, images=moved(batch.images, self.geometry, rng))

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """The last convolution with its ReLU."""
        return cast("nn.Module", net.body)


RECIPE = Ibrahim2023()

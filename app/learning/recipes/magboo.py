"""Magboo & Magboo (Univ. of the Philippines): three nets from ImageNet on bone scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.geometric import Geometry, moved
from app.learning.recipes.pair_input import magboo_input
from app.learning.recipes.softmax_of_two import SoftmaxOfTwo
from app.scan.burnt_in import without_burnt_in
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import nn

Net = Literal["resnet50", "vgg19", "densenet121"]

SHARES = (0.7 * 0.15, 0.3)
"""Validation and test: 30 % test, 15 % of the rest validate, as published."""
RATE, EPOCHS, BATCH, PATIENCE = 1e-4, 30, 32, 6
"""Not published."""
GEOMETRY = Geometry(degrees=10, shift=0.1, shear=5, zoom=0.1, flip=True)
"""Zoom, flip, rotation, shift and shear are published, their ranges are not."""


@dataclass(frozen=True)
class Magboo(SoftmaxOfTwo):
    """One of three nets, all of it tuned."""

    net: Net = "densenet121"
    size: int = 224
    thin: int = 1
    """So many times fewer maps; 1 as published."""
    batch: int = BATCH
    geometry: Geometry = GEOMETRY
    shares: tuple[float, float] = SHARES
    source: str = "Magboo VPC, Magboo MSA: pre-trained networks on bone scintigrams, Univ. of the Philippines"
    task: Task = Task.CLASSIFY
    planes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word on the command line; their best net has the short one."""
        return "magboo" if self.net == "densenet121" else f"magboo-{self.net}"

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.net} on both views joined, made for ImageNet"

    @property
    def phases(self) -> Sequence[Phase]:
        """Until it gets no better."""
        return (Phase("cross-entropy", EPOCHS, RATE, self.batch, patience=PATIENCE),)

    def prepare(self, scan: Scan) -> Input:
        """The body of both views, 0-1, float32 (1, 224, 224)."""
        return magboo_input(scan, self.size)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """None: learns from the truth alone."""
        del labels, made
        return None

    def build(self) -> nn.Module:
        """The net and a softmax of 2, on the global average; VGG19 with its own dense layers, as printed."""
        from torch import nn

        from app.learning.architectures.classifier import Classifier
        from app.learning.architectures.vgg import VGG_SHRINKS, vgg_dense, vgg_flat

        body, width = self._body()
        if self.net == "vgg19":
            places = (self.size // VGG_SHRINKS) ** 2
            return Classifier(body, vgg_dense(width * places, 2, self.thin), vgg_flat())
        return Classifier(body, nn.Linear(width, 2))

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Zoomed, mirrored, turned, shifted and sheared."""
        return replace(batch, images=moved(batch.images, self.geometry, rng))

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """The last feature maps."""
        return cast("nn.Module", net.body)

    def _body(self) -> tuple[nn.Module, int]:
        from app.learning.architectures import monai_nets
        from app.learning.architectures.vgg import VGG_WIDTH, vgg

        if self.net == "vgg19":
            return vgg(19, self.thin), VGG_WIDTH // self.thin
        if self.net == "resnet50":
            return monai_nets.resnet50(self.thin), monai_nets.RESNET50_WIDTH // self.thin
        return monai_nets.densenet121(self.thin), monai_nets.DENSENET121_WIDTH // self.thin


@dataclass(frozen=True)
class CleanedMagboo(Magboo):
    """The same on pictures without the letters, markers and bright borders that are burnt into them."""

    @property
    def name(self) -> str:
        """The word on the command line."""
        return f"{super().name}-cleaned"

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{super().title}; letters, markers and borders of pictures blanked"

    def prepare(self, scan: Scan) -> Input:
        """The body of both views, 0-1, float32 (1, 224, 224)."""
        cleaned, blanked = without_burnt_in(scan)
        return replace(super().prepare(cleaned), blanked=blanked)


RECIPE, CLEANED = Magboo(), CleanedMagboo()
RESNET50, CLEANED_RESNET50 = Magboo("resnet50"), CleanedMagboo("resnet50")
VGG19, CLEANED_VGG19 = Magboo("vgg19"), CleanedMagboo("vgg19")

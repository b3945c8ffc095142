"""The rivals of Liu S et al.: a plain U-Net and nnU-Net's net, which draw on the whole picture at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.drawing import light_and_dark, surest, targets_of
from app.learning.recipes.four_strips import LOOKS, SIDE, four_strips, four_strips_target
from app.learning.recipes.strip_augment import moved
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

_SOURCES = {
    "unet": "Ronneberger O et al., MICCAI 2015, as the rival in Liu S et al. 2022",
    "dynunet": "Isensee F et al., Nat Methods 2021;18:203-211, net and loss through MONAI's DynUNet",
}
_TITLES = {
    "unet": "Plain U-Net on the whole picture (Dice loss)",
    "dynunet": "nnU-Net's plain net on the whole picture (Dice and cross-entropy, deep supervision)",
}


@dataclass(frozen=True)
class WholePictureRecipe:
    """Draws metastasis and bladder; light and dark strips count as two looks at one scan.

    nnU-Net chooses sizes from its data set; here they are those of its 2-D net on 512 x 512, and its
    cascades, ensembles and postprocessing are left out.
    """

    name: Literal["unet", "dynunet"] = "unet"
    side: int = SIDE
    widths: tuple[int, ...] = (32, 64, 128, 256, 512)
    epochs: int = 100
    positives_suffice: bool = True
    looks: int = LOOKS
    task: Task = Task.SEGMENT
    planes: tuple[str, ...] = ("metastasis", "bladder")

    @property
    def title(self) -> str:
        """One line for people."""
        return _TITLES[self.name]

    @property
    def source(self) -> str:
        """The paper."""
        return _SOURCES[self.name]

    @property
    def phases(self) -> Sequence[Phase]:
        """One, with SGD at 0.01."""
        return (Phase("draw", self.epochs, 0.01, 2, "sgd"),)

    def prepare(self, scan: Scan) -> Input:
        """Blackness of four strips, float32 (1, 1024, 1024)."""
        return four_strips(scan, self.side)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of metastasis and bladder, (2, 1024, 1024)."""
        return four_strips_target(labels, made)

    def build(self) -> nn.Module:
        """The net."""
        from app.learning.architectures.dynunet import dynunet
        from app.learning.architectures.unet import plain_unet
        from app.learning.architectures.whole_picture import WholePicture

        make = dynunet if self.name == "dynunet" else plain_unet
        return WholePicture(make(len(self.planes), self.widths))

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Turned, scaled and mirrored strips."""
        return moved(batch, rng)

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Dice loss; with deep supervision each coarser drawing weighs half of the one before."""
        del phase
        target = targets_of(batch, self.name)
        drawings = net(batch.images)
        weights = [0.5**place for place in range(len(drawings))]
        total = sum(
            weight * self._loss_of(logits.float(), target)
            for weight, logits in zip(weights, drawings, strict=True)
        )
        return total / sum(weights)  # type: ignore[return-value]

    def _loss_of(self, logits: Tensor, target: Tensor) -> Tensor:
        import torch
        from torch.nn import functional

        from app.learning.losses import soft_dice

        dice = soft_dice(torch.sigmoid(logits), target)
        if self.name == "unet":
            return dice
        return dice + functional.binary_cross_entropy_with_logits(logits, target)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """The mean of the 25 surest pixels, (n,)."""
        return surest(self.drawn(outputs)[:, 0])

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probabilities, (n, 2, rows, cols), light and dark averaged."""
        import torch

        return light_and_dark(torch.sigmoid(outputs[0].float()))

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: what it draws says where it looked."""
        del net
        return None


UNET = WholePictureRecipe("unet")
DYNUNET = WholePictureRecipe("dynunet", widths=(32, 64, 128, 256, 512, 512))

"""Double U-Net, told by Otsu's threshold or its own mistakes what is no metastasis.

Diagnostics 2023;13:3042.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.double_unet_input import body_of, double_unet_input
from app.learning.recipes.drawing import surest, targets_of
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

Mode = Literal["baseline", "otsu", "mining"]
_MODES: dict[str, str] = {
    "baseline": "metastases alone",
    "otsu": "the rest of the body by Otsu's threshold",
    "mining": "what a first net takes for metastases and is none",
}
_RATE, _BATCH, _EPOCHS = 1e-4, 4, 500
"""Section 4: learning rate, batch size, number of iterations."""
FOLDS = 10
"""Eight parts train, one validates, one tests."""
_FIRST = "baseline"


@dataclass(frozen=True)
class DoubleUNet2023:
    """Three classes, air, not metastatic and metastatic, with no loss on air; `baseline` has two.

    `otsu`: not metastatic is the body, found by Otsu's threshold on log(1 + counts), without the metastases.
    `mining`: a first net learns from positive scans alone; what it draws outside the metastases, on positive
    and negative scans, is then not metastatic for a second net.
    """

    mode: Mode = "otsu"
    loss_name: Literal["focal-tversky", "dice"] = "focal-tversky"
    width: int = 64
    epochs: int = _EPOCHS
    folds: int = FOLDS
    positives_suffice: bool = True
    task: Task = Task.SEGMENT
    planes: tuple[str, ...] = ("metastasis",)
    source: str = "Diagnostics 2023;13:3042, doi 10.3390/diagnostics13193042"

    @property
    def name(self) -> str:
        """The word on the command line."""
        dice = self.loss_name == "dice" and self.mode != "baseline"  # the baseline is published with Dice
        return f"doubleunet2023-{self.mode}" + ("-dice" if dice else "")

    @property
    def title(self) -> str:
        """One line for people."""
        return f"Double U-Net on both views, taught {_MODES[self.mode]} ({self.loss_name} loss)"

    @property
    def phases(self) -> Sequence[Phase]:
        """One, or two with mining; published as 500 epochs of batches of 4 at 1e-4.

        The baseline, which is mining's first net too, learns from positive scans alone.
        """
        last = Phase("three classes", self.epochs, _RATE, _BATCH)
        first = Phase(_FIRST, self.epochs, _RATE, _BATCH, positives=True)
        return {"baseline": (first,), "otsu": (last,), "mining": (first, last)}[self.mode]

    def prepare(self, scan: Scan) -> Input:
        """Counts of both views above the knee, float32 (1, 640, 512)."""
        return double_unet_input(scan)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of metastasis, (1, 640, 512)."""
        target = np.zeros(made.image.shape, np.float32)
        for frame in made.frames:
            if frame.view in labels.lesion:
                top, left, bottom, right = frame.target
                target[0, top:bottom, left:right] = frame.covered(labels.metastases[frame.view])
        return target

    def build(self) -> nn.Module:
        """The net, or the pair of nets."""
        from app.learning.architectures.double_unet import double_unet, mined_double_unet

        if self.mode == "mining":
            return mined_double_unet(self.width)
        return double_unet(2 if self.mode == "baseline" else 3, self.width)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """The batch as it is: the paper names no augmentation."""
        del rng
        return batch

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """The loss of metastatic and not metastatic pixels, the mean of what both nets of the pair draw."""
        import torch

        metastasis = targets_of(batch, self.name)
        images = batch.images
        mined = getattr(net, "mined", None)
        if mined is not None:
            mined.fill_(phase.name != _FIRST)
        if phase.name == _FIRST:
            return self._loss_of(net(images), metastasis)
        other = self._not_metastatic(net, images) * (1 - metastasis)
        return self._loss_of(net(images), torch.cat([other, metastasis], dim=1))

    def _not_metastatic(self, net: nn.Module, images: Tensor) -> Tensor:
        """Pixels of the body, or those that the first net draws; 0 or 1 (n, 1, rows, cols)."""
        import torch

        if self.mode == "mining":
            first = net.get_submodule("baseline").eval()
            with torch.no_grad():
                drawn = torch.softmax(first(images)[0].float(), dim=1)[:, -1:]
            return (drawn > 0.5).float()
        bodies = [body_of(np.clip(picture, 0, None)) for picture in images.float().cpu().numpy()]
        return torch.from_numpy(np.stack(bodies)).to(images)

    def _loss_of(self, outputs: tuple[Tensor, Tensor], target: Tensor) -> Tensor:
        import torch

        from app.learning.losses import focal_tversky, soft_dice

        loss = soft_dice if self.loss_name == "dice" else focal_tversky
        second, first = (torch.softmax(logits.float(), dim=1)[:, 1:] for logits in outputs)
        return (loss(second, target) + loss(first, target)) / 2

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of the net that learns in the phase."""
        if self.mode == "mining":
            net = net.get_submodule("baseline" if phase.name == _FIRST else "final")
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """The mean of the 25 surest pixels, (n,)."""
        return surest(self.drawn(outputs)[:, 0])

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n, 1, rows, cols)."""
        import torch

        return torch.softmax(outputs[0].float(), dim=1)[:, -1:]

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: what it draws says where it looked."""
        del net
        return None


OTSU = DoubleUNet2023("otsu")
OTSU_DICE = DoubleUNet2023("otsu", "dice")
MINING = DoubleUNet2023("mining")
MINING_DICE = DoubleUNet2023("mining", "dice")
BASELINE = DoubleUNet2023("baseline", "dice")

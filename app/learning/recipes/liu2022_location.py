"""Liu S et al. 2022 (Cancer Manag Res): a scan and its drawn metastases are asked which regions hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from app.annotation.report_regions import REPORT_REGIONS
from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.drawing import targets_of
from app.learning.recipes.four_strips import SIDE, four_strips, four_strips_target
from app.learning.recipes.liu2022 import RATE, SHARES
from app.learning.recipes.report_regions import regions_held
from app.learning.recipes.strip_augment import moved
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

BATCH = 16
"""Scans, as published."""
EPOCHS = 60
"""Not published."""


@dataclass(frozen=True)
class Liu2022Location:
    """Residual blocks down to 2 x 2 maps, six answers, cross-entropy; learns from drawn lesions and bones.

    A target is the plane of metastases with one row more, whose first six values are the answers: so both
    travel together through the cache. No epoch is chosen by validation, since with true lesions shown the
    question "any metastasis?" answers itself.
    """

    side: int = SIDE
    epochs: int = EPOCHS
    positives_suffice: bool = True
    shares: tuple[float, float] = SHARES
    name: str = "liu2022-location"
    title: str = "A scan and its drawn metastases: which of six regions of the report hold them"
    source: str = "Liu S et al., Cancer Manag Res 2022;14:51"
    task: Task = Task.LOCATE
    reads_bones: bool = True
    planes: tuple[str, ...] = ("metastasis",)

    @property
    def phases(self) -> Sequence[Phase]:
        """One."""
        return (Phase("locate", self.epochs, RATE, BATCH, "sgd"),)

    def prepare(self, scan: Scan) -> Input:
        """Blackness of four strips, float32 (1, 1024, 1024); the lesions come from elsewhere."""
        return four_strips(scan, self.side)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of metastasis and, in one row more, which regions hold them: (1, 1025, 1024)."""
        answers = np.zeros((1, 1, self.side), np.float32)
        answers[0, 0, : len(REPORT_REGIONS)] = regions_held(labels)
        return np.concatenate([self.lesions(labels, made), answers], axis=1)

    def lesions(self, labels: LabelMaps, made: Input) -> Floats:
        """Shares of metastasis, (1, 1024, 1024), the second plane of the net's input."""
        return four_strips_target(labels, made)[:1]

    def build(self) -> nn.Module:
        """The net."""
        from app.learning.architectures.location import location_net

        return location_net(self.side, len(REPORT_REGIONS))

    def shown(self, batch: Batch) -> Tensor:
        """What the net is given: pictures and lesions, (n, 2, side, side). AppError without lesions."""
        import torch

        return torch.cat([batch.images, targets_of(batch, self.name)[:, :, : self.side]], dim=1)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """Turned, scaled and mirrored strips, lesions with them; no region has a side."""
        import torch

        targets = targets_of(batch, self.name)
        turned = moved(replace(batch, targets=targets[:, :, : self.side]), rng)
        return replace(
            turned, targets=torch.cat([targets_of(turned, self.name), targets[:, :, self.side :]], dim=2)
        )

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Binary cross-entropy over scans and regions."""
        from torch.nn import functional

        del phase
        answers = targets_of(batch, self.name)[:, 0, self.side, : len(REPORT_REGIONS)]
        return functional.binary_cross_entropy_with_logits(net(self.shown(batch)).float(), answers)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def together(self, scan: Scan, labels: LabelMaps) -> Floats:
        """What the net is given of one scan and its lesions, (2, side, side); AppError without views."""
        made = self.prepare(scan)
        return np.concatenate([made.image, self.lesions(labels, made)])

    def regions(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability that each region holds metastases, (n, 6), in the order of `REPORT_REGIONS`."""
        import torch

        return torch.sigmoid(outputs[0].float())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability that any region holds metastases, (n,): the likeliest region's."""
        return self.regions(outputs).amax(dim=1)

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """None: it is shown a drawing and makes none."""
        del outputs
        return None

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: its last maps are 2 x 2."""
        del net
        return None


RECIPE = Liu2022Location()

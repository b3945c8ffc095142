"""Our own recipe: both sides of the body beside each other, on one view or two, whatever the counts are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.mirrored_input import PLANES, mirrored_input, mirrored_target
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


@dataclass(frozen=True)
class ScintiRead:
    """Learns from drawn findings where there are any, else from the truth of the patient alone."""

    widths: tuple[int, ...] = (24, 48, 80, 112)
    smoothing: float = 0.02
    """Labels are taken for 98 % sure."""
    phases: Sequence[Phase] = (
        Phase("draw and answer", 12, 1.2e-3, 8, "adamw", weight_decay=1e-2, one_cycle=True),
    )

    name: str = "scintiread"
    title: str = "Mirrored net: draws foci, benign findings, bladder and other uptake, and scores the patient"
    source: str = "ScintiRead"
    task: Task = Task.SEGMENT
    planes: tuple[str, ...] = PLANES
    preparation: str = "one or two views about the body's middle, 480 x 128 at 4.52 mm, four planes, 1"

    def prepare(self, scan: Scan) -> Input:
        """Counts on 4.52 mm pixels, float32 (2, 480, 128); a missing view is all 0."""
        return mirrored_input(scan)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of each plane on each view, (8, 480, 128)."""
        return mirrored_target(labels, made)

    def build(self) -> nn.Module:
        """The net."""
        from app.learning.architectures.mirrored import Mirrored

        return Mirrored(self.widths, len(self.planes))

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """The batch as other patients on other cameras, read from worse files."""
        from app.learning.recipes.mirrored_augment import augmented

        images, targets, truth = augmented(batch.images, batch.targets, batch.truth, rng)
        return replace(batch, images=images, targets=targets, truth=truth)

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Of the patient's answer and of every plane."""
        from app.learning.recipes.mirrored_loss import mirrored_loss

        del phase
        return mirrored_loss(net(batch.images), batch, self.smoothing)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n,)."""
        return outputs[0].sigmoid()

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """The planes, 0-1 (n, 8, rows, cols)."""
        return outputs[1].sigmoid()

    def features(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """What the net makes of the whole scan, (n, k), by which unlike scans are told."""
        return outputs[2]

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: the drawing itself says where the net looked."""
        del net
        return None


RECIPE = ScintiRead()

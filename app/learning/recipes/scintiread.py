"""Our own recipe: two views laid on each other, findings drawn, the patient scored, noise known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.learning.frame import Floats
from app.learning.recipe import Batch, Input, LabelMaps, Phase, Task
from app.learning.recipes.two_view_input import PLANES, two_view_input, two_view_target
from app.scan.scan import Scan

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


@dataclass(frozen=True)
class ScintiRead:
    """Learns from drawn findings where there are any, else from the truth of the patient alone."""

    widths: tuple[int, ...] = (16, 32, 64, 96)
    smoothing: float = 0.03
    """Labels are taken for 97 % sure."""
    phases: Sequence[Phase] = (
        Phase("draw and answer", 13, 1.2e-3, 8, "adamw", weight_decay=1e-3, one_cycle=True),
    )

    name: str = "scintiread"
    title: str = "Two-view net: draws metastases, benign findings and bladder, and scores the patient"
    source: str = "ScintiRead"
    task: Task = Task.SEGMENT
    planes: tuple[str, ...] = PLANES
    preparation: str = "two views, 480 x 128 at 4.52 mm, 1"

    def prepare(self, scan: Scan) -> Input:
        """Counts on 4.52 mm pixels, float32 (2, 480, 128); raises AppError without both views."""
        return two_view_input(scan)

    def target(self, labels: LabelMaps, made: Input) -> Floats | None:
        """Shares of each plane on each view, (6, 480, 128)."""
        return two_view_target(labels, made)

    def build(self) -> nn.Module:
        """The net."""
        from app.learning.architectures.two_view import TwoView

        return TwoView(self.widths)

    def augment(self, batch: Batch, rng: torch.Generator) -> Batch:
        """The batch as other patients on other cameras."""
        from app.learning.recipes.two_view_augment import augmented

        images, targets = augmented(batch.images, batch.targets, rng)
        return replace(batch, images=images, targets=targets)

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Of the patient's answer and of every plane."""
        from app.learning.recipes.two_view_loss import two_view_loss

        del phase
        return two_view_loss(net(batch.images), batch, self.smoothing)

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n,)."""
        return outputs[0].sigmoid()

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """The planes, 0-1 (n, 6, rows, cols)."""
        return outputs[1].sigmoid()

    def attention_layer(self, net: nn.Module) -> nn.Module | None:
        """None: the drawing itself says where the net looked."""
        del net
        return None


RECIPE = ScintiRead()

"""What recipes share whose whole net is trained at once and ends in a softmax of healthy and ill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.learning.recipe import Batch, Phase

if TYPE_CHECKING:
    from torch import Tensor, nn


class SoftmaxOfTwo:
    """Loss and answer of such a recipe; everything else is its own."""

    def loss(self, net: nn.Module, batch: Batch, phase: Phase) -> Tensor:
        """Categorical cross-entropy."""
        from torch.nn import functional

        del phase
        return functional.cross_entropy(net(batch.images)[0].float(), batch.truth.long())

    def trainable(self, net: nn.Module, phase: Phase) -> list[nn.Parameter]:
        """All of it."""
        del phase
        return list(net.parameters())

    def score(self, outputs: tuple[Tensor, ...]) -> Tensor:
        """Probability of metastasis, (n,): the second of the softmax."""
        import torch

        return torch.softmax(outputs[0].float(), dim=1)[:, 1]

    def drawn(self, outputs: tuple[Tensor, ...]) -> Tensor | None:
        """None: only classifies."""
        del outputs
        return None

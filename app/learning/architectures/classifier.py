"""Feature maps with an answer on top: pooled and classified, or pulled apart by contrast first."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """Pictures (n, 1 or 3, rows, cols) → logits (n, classes).

    A picture of one channel is copied to three here: nets born on colour photographs see grey, the disk holds
    it once. `body` gives feature maps (n, width, rows, cols), which Grad-CAM weighs; `pool` makes (n, width)
    of them.
    """

    def __init__(self, body: nn.Module, head: nn.Module, pool: nn.Module | None = None) -> None:
        super().__init__()
        self.body = body
        self.pool = pool or pooled()
        self.head = head

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """The logits."""
        return (self.head(self.pool(self.body(in_three(images)))),)


class Contrastive(nn.Module):
    """An encoder trained by contrast with a linear classifier on its frozen features (Khosla 2020).

    `forward`: pictures (n, 1, rows, cols) → logits (n, 1) and embeddings (n, 128). In training the
    classifier never reaches the encoder: its input is cut off from the gradient. The projection to the
    embedding is a layer with ReLU and a linear one, left behind after the first phase, as Khosla et al. do.
    """

    def __init__(self, body: nn.Module, width: int, pool: nn.Module | None = None) -> None:
        super().__init__()
        self.body = body
        self.pool = pool or pooled()
        self.head = nn.Linear(width, 1)
        self.projection = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 128))
        self.frozen = False

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Logits, embeddings."""
        if not self.training:  # nothing is cut off: an explanation asks for the way back to the maps
            features = self.pool(self.body(in_three(images)))
            return self.head(features), self.projection(features)
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            features = self.pool(self.body(in_three(images)))
        return self.head(features.detach()), self.projection(features)

    def train(self, mode: bool = True) -> Self:
        """Training mode; a frozen encoder stays as it is, its running means included."""
        super().train(mode)
        if self.frozen:
            self.body.eval()
        return self

    def freeze(self, frozen: bool) -> None:
        """Whether only the classifier learns."""
        self.frozen = frozen
        self.train(self.training)


def pooled() -> nn.Module:
    """The mean over each feature map, (n, width)."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


def in_three(images: Tensor) -> Tensor:
    """Pictures of three equal channels."""
    return images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images

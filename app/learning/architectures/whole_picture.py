"""A net that draws on the whole picture at once, with coarser copies of its drawing in training."""

from __future__ import annotations

from torch import Tensor, nn


class WholePicture(nn.Module):
    """Pictures (n, 1, rows, cols) to a tuple of logits, each (n, planes, rows, cols), the finest first."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """The drawing, and coarser ones where the net gives them."""
        made: Tensor = self.net(pictures)
        return tuple(made.unbind(1)) if made.ndim == 5 else (made,)

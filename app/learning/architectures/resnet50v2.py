"""ResNet50V2: residual units, activation before the weights (He 2016, arXiv 1603.05027), as in Keras."""

from __future__ import annotations

from torch import Tensor, nn

RESNET50V2_WIDTH = 2048
_BLOCKS = (3, 4, 6, 3)
_EPS = 1.001e-5
"""Of the batch normalisation, as in Keras."""


class _Unit(nn.Module):
    """1 x 1, 3 x 3 and 1 x 1 convolutions, each behind normalisation and ReLU, and a way around them."""

    def __init__(self, before: int, filters: int, stride: int, first: bool) -> None:
        super().__init__()
        self.preact = nn.Sequential(nn.BatchNorm2d(before, eps=_EPS), nn.ReLU())
        self.around = nn.Conv2d(before, 4 * filters, 1, stride) if first else nn.MaxPool2d(1, stride)
        self.first = first
        self.inside = nn.Sequential(
            nn.Conv2d(before, filters, 1, bias=False),
            nn.BatchNorm2d(filters, eps=_EPS),
            nn.ReLU(),
            nn.Conv2d(filters, filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(filters, eps=_EPS),
            nn.ReLU(),
            nn.Conv2d(filters, 4 * filters, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Maps (n, 4 filters, rows / stride, cols / stride)."""
        active = self.preact(x)
        kept: Tensor = self.around(active if self.first else x)
        return kept + self.inside(active)  # type: ignore[no-any-return]


def resnet50v2(thin: int = 1) -> nn.Sequential:
    """Pictures (n, 3, rows, cols) → maps (n, 2048 / thin, rows / 32, cols / 32).

    The last unit of the first three stages halves the picture, as in Keras. `thin`: so many times fewer maps.
    """
    made: list[nn.Module] = [nn.Conv2d(3, 64 // thin, 7, 2, 3), nn.MaxPool2d(3, 2, 1)]
    before = 64 // thin
    for stage, units in enumerate(_BLOCKS):
        filters = (64 << stage) // thin
        for unit in range(units):
            stride = 2 if unit == units - 1 and stage < 3 else 1
            made.append(_Unit(before, filters, stride, unit == 0))
            before = 4 * filters
    return nn.Sequential(*made, nn.BatchNorm2d(before, eps=_EPS), nn.ReLU())

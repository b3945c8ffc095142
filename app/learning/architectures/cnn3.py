"""Three convolutions and two dense layers, after Papandrianos et al. (PLoS ONE 2020;15:e0237213)."""

from __future__ import annotations

from torch import nn

CNN3_WIDTH = 64
"""Features that come out of the second dense layer."""
_FILTERS = (16, 32, 64)


def cnn3_body() -> nn.Sequential:
    """Pictures (n, 3, rows, cols) → maps (n, 64, rows / 8, cols / 8); each convolution halves its picture.

    Neither paper gives the numbers of filters for the joined picture: 16, 32 and 64 are taken here.
    """
    made: list[nn.Module] = []
    before = 3
    for filters in _FILTERS:
        made += [nn.Conv2d(before, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        before = filters
    return nn.Sequential(*made)


def cnn3_dense(rows: int, cols: int) -> nn.Sequential:
    """Maps of pictures of rows x cols → features (n, 64): flattened, then two dense layers."""
    flat = _FILTERS[-1] * (rows // 8) * (cols // 8)
    return nn.Sequential(nn.Flatten(), nn.Linear(flat, 128), nn.ReLU(), nn.Linear(128, CNN3_WIDTH), nn.ReLU())

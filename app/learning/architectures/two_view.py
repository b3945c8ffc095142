"""Both views of a scan in one small net: it draws what it finds, and from that answers for the patient."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learning.architectures.count_aware import CountAware

_TOPS = (1, 5, 20, 80)
_RARE = -4.0
"""Drawn pixels are rare: a fresh net draws next to nothing."""


class TwoView(nn.Module):
    """A U-Net on anterior and mirrored posterior counts, laid on each other as channels.

    Laid on each other, the two views show the same bone at the same place: half the pixels of a joined
    picture, and a lesion seen from both sides meets itself in the first layer. The highest resolution is
    reached by rearranging pixels (Shi et al. 2016, arXiv 1609.05158), where convolutions cost least. The
    patient's logit comes from the highest pixels of the drawing and from pooled features.

    `forward`: counts float32 (n, 2, rows, cols), rows and cols divisible by 32 → patient logit (n,), drawn
    logits (n, 6, rows, cols): metastasis, benign finding and bladder, each anterior, then posterior.
    """

    def __init__(self, widths: tuple[int, ...] = (24, 48, 80, 128), dropout: float = 0.3) -> None:
        super().__init__()
        self.look = CountAware()
        self.encoders = nn.ModuleList()
        before = 16
        for width in widths:
            self.encoders.append(_double(before, width))
            before = width
        self.context = _Context(widths[-1])
        self.narrow = nn.ModuleList(nn.Conv2d(deep, flat, 1) for flat, deep in pairwise(widths))
        self.decoders = nn.ModuleList(_double(2 * width, width) for width in widths[:-1])
        before_last = _conv(4 + widths[0] // 4, 12)
        last = nn.Conv2d(12, 6, 3, padding=1)
        nn.init.constant_(last.bias, _RARE)  # type: ignore[arg-type]  # it has a bias
        self.fine = nn.Sequential(before_last, last)
        self.pooled = nn.Sequential(
            nn.Linear(2 * widths[-1] + 2 * widths[0], 24), nn.ReLU(), nn.Dropout(dropout)
        )
        self.answer = nn.Linear(24 + 4 * len(_TOPS), 1)

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor]:
        """Patient logit (n,) and drawn logits (n, 6, rows, cols)."""
        seen = self.look(counts)
        features = functional.pixel_unshuffle(seen, 2)
        kept = []
        for depth, encoder in enumerate(self.encoders):
            features = encoder(features if depth == 0 else functional.max_pool2d(features, 2))
            kept.append(features)
        features = deep = self.context(features)
        for narrow, decoder, flat in zip(
            reversed(self.narrow), reversed(self.decoders), reversed(kept[:-1]), strict=True
        ):
            wider = functional.interpolate(narrow(features), scale_factor=2.0, mode="nearest")
            features = decoder(torch.cat([wider, flat], dim=1))
        drawn = self.fine(torch.cat([functional.pixel_shuffle(features, 2), seen], dim=1))
        return self._answer(deep, features, drawn), drawn

    def _answer(self, deep: Tensor, flat: Tensor, drawn: Tensor) -> Tensor:
        pooled = self.pooled(torch.cat([_pooled(deep), _pooled(flat)], dim=1))
        spots = functional.avg_pool2d(drawn[:, :4], 2)
        highest = spots.flatten(2).topk(_TOPS[-1], dim=2).values
        means = [highest[:, :, :top].mean(dim=2) for top in _TOPS]
        logit: Tensor = self.answer(torch.cat([pooled, torch.cat(means, dim=1) * 0.25], dim=1))
        return logit[:, 0]


class _Context(nn.Module):
    """Tells every place what the whole body looks like (squeeze and excitation, Hu et al. 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = _conv(width, width)
        self.gate = nn.Sequential(nn.Linear(2 * width, width // 4), nn.ReLU(), nn.Linear(width // 4, width))

    def forward(self, features: Tensor) -> Tensor:
        """The features, weighted by what is seen anywhere."""
        gate = torch.sigmoid(self.gate(_pooled(features)))[:, :, None, None]
        mixed: Tensor = features + self.mix(features) * gate
        return mixed


def _pooled(features: Tensor) -> Tensor:
    return torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)


def _conv(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


def _double(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(_conv(before, after), _conv(after, after))

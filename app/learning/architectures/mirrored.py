"""Both views of a scan beside their mirror images in one net: it draws, and the highest place answers."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.learning.architectures.scale_free import ScaleFree, SeenBody

_TOPS = (1, 4, 16, 64)
"""So many highest places of the drawing answer for the patient, of 9 mm each."""
_RARE = -4.0
"""Drawn pixels are rare: a fresh net draws next to nothing."""
_SEEN = 4 * 8 + 8 + 4
"""Planes of the first convolution: four fine ones and their mirror images, each as 2 x 2; eight coarse ones,
and the mirror images of the four that are not the same on both sides."""


class Mirrored(nn.Module):
    """A U-Net on anterior and mirrored posterior view, laid on each other, and on their mirror images.

    What is normal differs between patients far more than between the two sides of one, hence every place is
    shown with the opposite place: in the first layer pixel by pixel, further down feature by feature, where
    tilt and bend of the body matter less. The patient's logit comes from the highest places of the first
    drawing, on whichever view there is, and from nothing else: features pooled over the body learn a cohort
    rather than disease. In use a scan is looked at once more in the mirror, so that left and right are told
    alike.

    `forward`: counts float32 (n, 2, rows, cols), a missing view all 0, rows and cols divisible by 32 →
    patient logit (n,), drawn logits (n, 2 `planes`, rows, cols): each plane on the anterior, then on the
    posterior view; features (n, widths[-1]), the means of the deepest layer.
    """

    def __init__(self, widths: tuple[int, ...] = (24, 48, 80, 112), planes: int = 4) -> None:
        super().__init__()
        self.look = ScaleFree()
        self.first = _double(_SEEN, widths[0])
        self.encoders = nn.ModuleList(_Beside(before, after) for before, after in pairwise(widths))
        self.context = _Context(widths[-1])
        self.narrow = nn.ModuleList(nn.Conv2d(deep, flat, 1) for flat, deep in pairwise(widths))
        self.decoders = nn.ModuleList(_double(2 * width, width) for width in widths[:-1])
        self.draw = nn.Conv2d(widths[0], 4 * 2 * planes, 3, padding=1)
        nn.init.constant_(self.draw.bias, _RARE)  # type: ignore[arg-type]  # it has a bias
        self.answer = nn.Linear(len(_TOPS), 1)
        nn.init.constant_(self.answer.weight, 1 / len(_TOPS))
        nn.init.zeros_(self.answer.bias)

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Patient logit (n,), drawn logits (n, 2 planes, rows, cols) and features (n, k)."""
        there = counts.amax(dim=(2, 3)) > 0
        seen = self.look(counts)
        drawn, features = self._drawn(seen)
        if not self.training:
            mirrored, others = self._drawn(SeenBody(seen.fine.flip(-1), seen.coarse.flip(-1)))
            drawn, features = (drawn + mirrored.flip(-1)) / 2, (features + others) / 2
        return self._answer(drawn[:, :2].float(), there), drawn, features

    def _drawn(self, seen: SeenBody) -> tuple[Tensor, Tensor]:
        both = torch.cat([seen.fine, seen.fine.flip(-1)], dim=1)
        other = seen.coarse[:, :4].flip(-1)
        features = self.first(torch.cat([functional.pixel_unshuffle(both, 2), seen.coarse, other], dim=1))
        kept = [features]
        for encoder in self.encoders:
            features = encoder(functional.max_pool2d(features, 2))
            kept.append(features)
        features = deep = self.context(features)
        for narrow, decoder, flat in zip(
            reversed(self.narrow), reversed(self.decoders), reversed(kept[:-1]), strict=True
        ):
            wider = functional.interpolate(narrow(features), scale_factor=2.0, mode="nearest")
            features = decoder(torch.cat([wider, flat], dim=1))
        return functional.pixel_shuffle(self.draw(features), 2), deep.float().mean(dim=(2, 3))

    def _answer(self, suspicious: Tensor, there: Tensor) -> Tensor:
        spots = functional.avg_pool2d(suspicious, 2)
        spots = torch.where(there[:, :, None, None], spots, torch.full_like(spots, 2 * _RARE))
        highest = spots.flatten(1).topk(_TOPS[-1], dim=1).values
        means = [highest[:, :top].mean(dim=1) for top in _TOPS]
        logit: Tensor = self.answer(torch.stack(means, dim=1))
        return logit[:, 0]


class _Beside(nn.Module):
    """Two convolutions on features beside those of the opposite side."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.opposite = nn.Conv2d(before, before // 2, 1)
        self.body = _double(before + before // 2, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features (n, after, rows, cols)."""
        made: Tensor = self.body(torch.cat([features, self.opposite(features).flip(-1)], dim=1))
        return made


class _Context(nn.Module):
    """Tells every place what the whole body looks like (squeeze and excitation, Hu et al. 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = _conv(width, width)
        self.gate = nn.Sequential(nn.Linear(2 * width, width // 4), nn.ReLU(), nn.Linear(width // 4, width))

    def forward(self, features: Tensor) -> Tensor:
        """The features, weighted by what is seen anywhere."""
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)
        gate = torch.sigmoid(self.gate(pooled))[:, :, None, None]
        mixed: Tensor = features + self.mix(features) * gate
        return mixed


def _conv(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


def _double(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(_conv(before, after), _conv(after, after))

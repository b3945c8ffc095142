"""Whether Grad-CAM of a net needs no gradient: behind global average pooling its weights are constants."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from app.learning.recipe import Recipe
from app.learning.scoring import outputs_of

_SAME = 1e-3
_TRIALS = 24
_SATURATED = 1e-12


def constant_slope(recipe: Recipe, net: nn.Module, example: Tensor, layer: str) -> Tensor | None:
    """The slope of the logit over a layer's maps, (channels,), when it is one and the same; else None.

    It is measured, not guessed from the architecture: at every place, with the layer's maps replaced by their
    own, channels strengthened, weakened and turned negative at random. What bends behind the layer, if only a
    ReLU, shows in one of the trials. example: (n, channels, rows, cols), n at least 1.
    """
    rng = torch.Generator().manual_seed(1)
    slopes = []
    for trial in range(_TRIALS):
        found = _slope(recipe, net, example[:1], layer, None if trial == 0 else rng)
        if found is None:
            return None
        probability, slope = found
        if _SATURATED < probability < 1 - _SATURATED:  # elsewhere the slope is lost in rounding
            slopes.append(slope)
            if not _same(slopes):  # the first trials tell, and a large net takes long
                return None
    if len(slopes) < _TRIALS // 2:
        return None
    return torch.cat(slopes).mean(dim=(0, 2, 3)).detach()


def _same(slopes: list[Tensor]) -> bool:
    """Whether slopes (1, channels, h, w) are one number per channel."""
    every = torch.cat(slopes)
    mean = every.mean(dim=(0, 2, 3))
    size = float(mean.abs().max())
    return size > 0 and float((every - mean[None, :, None, None]).abs().max()) <= _SAME * size


def _slope(
    recipe: Recipe, net: nn.Module, image: Tensor, layer: str, rng: torch.Generator | None
) -> tuple[float, Tensor] | None:
    """Probability and slope (1, channels, h, w), the maps changed by `rng`; None where that is impossible."""
    seen: list[Tensor] = []

    def change(_module: nn.Module, _inputs: object, made: Tensor) -> Tensor:
        factor = torch.ones(1)
        if rng is not None and made.ndim == 4:
            shape = (len(made), made.shape[1], 1, 1)
            factor = torch.randn(shape, generator=rng) * torch.exp(torch.randn(shape, generator=rng))
        seen.append((made * factor).detach().requires_grad_())
        return seen[-1]

    hook = net.get_submodule(layer).register_forward_hook(change)
    try:
        with torch.enable_grad():
            outputs = outputs_of(net, image)
            score = recipe.score(tuple(one.double() for one in outputs))
            if len(seen) != 1 or seen[0].ndim != 4 or len(seen[0]) != len(image):
                return None
            (slope,) = torch.autograd.grad(torch.logit(score, eps=1e-15).sum(), seen)
    finally:
        hook.remove()
    return float(score[0].detach()), slope

"""Whether Grad-CAM of a net needs no gradient: behind global average pooling its weights are constants."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from app.learning.recipe import Recipe
from app.learning.scoring import outputs_of

_SAME = 1e-3
_TRIALS = 3


def constant_slope(recipe: Recipe, net: nn.Module, example: Tensor, layer: str) -> Tensor | None:
    """The slope of the logit over a layer's maps, (channels,), when it is one and the same; else None.

    It is measured, not guessed from the architecture: at every place of the maps, for several inputs; the
    trial inputs are the examples, one mirrored and one with noise. example: (n, channels, rows, cols).
    """
    noise = torch.rand(example[:1].shape, generator=torch.Generator().manual_seed(1))
    trials = torch.cat([example[:_TRIALS], example[:1].flip(-1), example[:1] * noise * 2])
    seen: list[Tensor] = []
    hook = net.get_submodule(layer).register_forward_hook(lambda _m, _i, made: seen.append(made))
    try:
        with torch.enable_grad():
            outputs = outputs_of(net, trials.clone().requires_grad_())
            logit = torch.logit(recipe.score(tuple(one.double() for one in outputs)), eps=1e-15)
            if len(seen) != 1 or seen[0].ndim != 4 or len(seen[0]) != len(trials):
                return None
            (slope,) = torch.autograd.grad(logit.sum(), seen)
    finally:
        hook.remove()
    mean = slope.mean(dim=(0, 2, 3))
    size = float(mean.abs().max())
    if size <= 0 or float((slope - mean[None, :, None, None]).abs().max()) > _SAME * size:
        return None
    return mean.detach()

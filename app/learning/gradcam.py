"""Where a net looked: its answer's slope at one layer, multiplied with what the layer saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import torch
from torch import Tensor, nn

from app.errors import AppError
from app.learning.recipe import Recipe
from app.learning.scoring import outputs_of


class Method(StrEnum):
    """How slopes and maps of a layer become one map."""

    GRAD_CAM = "Grad-CAM"
    """ReLU(Σ_k mean(∂y/∂A_k) A_k): Selvaraju et al. 2017, equations 1 and 2."""
    GRAD_CAM_PLUS = "Grad-CAM++"
    """Weights of the positive slopes by equation 19 of Chattopadhay et al. 2018."""
    ELEMENTWISE = "element-wise Grad-CAM"
    """ReLU(Σ_k ∂y/∂A_k ⊙ A_k): HiResCAM, Draelos and Carin 2020, equation 4; cut at 0 as LayerCAM is."""


def attention_of(
    recipe: Recipe,
    net: nn.Module,
    images: Tensor,
    method: Method = Method.GRAD_CAM,
    layer: str = "",
    *,
    positive: bool = True,
) -> Tensor:
    """What speaks for metastasis, or with `positive` False against it, in each input; not normalised.

    images: float32 (n, channels, rows, cols) on the net's device. Returns float32 (n, planes, h, w), at least
    0, in the layer's own size; one plane, or as many as the net makes of one input on its way to the layer.

    Raises AppError for a net that has no such layer.
    """
    return answered(recipe, net, images, method, layer, positive=positive)[1]


def answered(
    recipe: Recipe,
    net: nn.Module,
    images: Tensor,
    method: Method = Method.GRAD_CAM,
    layer: str = "",
    *,
    positive: bool = True,
) -> tuple[tuple[Tensor, ...], Tensor]:
    """The net's outputs and `attention_of` them, from one pass forwards."""
    name = layer_of(recipe, net, layer)
    if not name:
        raise AppError(f"Recipe {recipe.name} names no layer for Grad-CAM.", "Name one with --layer.")
    with _eval(net), torch.enable_grad():
        seen: list[Tensor] = []
        hook = net.get_submodule(name).register_forward_hook(lambda _m, _i, made: seen.append(made))
        try:
            shown = images.detach().requires_grad_()  # so that slopes exist where all weights are frozen
            outputs = outputs_of(net, shown)
        finally:
            hook.remove()
        # the logit has a slope where the probability has none any more; in double precision up to 1 - 1e-15
        logit = torch.logit(recipe.score(tuple(one.double() for one in outputs)), eps=1e-15)
        slopes = torch.autograd.grad(logit.sum() if positive else -logit.sum(), seen)
    maps = [_weighed(one.detach(), slope, method) for one, slope in zip(seen, slopes, strict=True)]
    many = len(images)
    made = torch.cat([one.reshape(many, -1, *one.shape[-2:]) for one in maps], dim=1).float()
    return tuple(one.detach() for one in outputs), made


def layer_of(recipe: Recipe, net: nn.Module, name: str = "") -> str:
    """The name of the layer that Grad-CAM weighs: the one that is named, else the recipe's, else none.

    Raises AppError when the net has no layer of that name.
    """
    if name:
        if name not in dict(net.named_modules()):
            raise AppError(f"The net has no layer {name}.", f"It has, for example, {_some_layers(net)}.")
        return name
    chosen = recipe.attention_layer(net)
    return next((known for known, module in net.named_modules() if module is chosen), "") if chosen else ""


def _weighed(maps: Tensor, slope: Tensor, method: Method) -> Tensor:
    """Maps and slopes (n, channels, h, w) as one map each, (n, h, w), at least 0."""
    if maps.ndim != 4:
        raise AppError(
            "Grad-CAM needs a layer that keeps rows and columns.", "Name a convolution with --layer."
        )
    if method is Method.ELEMENTWISE:
        return (slope * maps).sum(dim=1).clamp_min(0)
    if method is Method.GRAD_CAM:
        weights = slope.mean(dim=(2, 3), keepdim=True)
    else:
        square = slope**2
        below = 2 * square + maps.sum(dim=(2, 3), keepdim=True) * slope**3
        alpha = torch.where(below != 0, square / torch.where(below != 0, below, 1.0), 0.0)
        weights = (alpha * slope.clamp_min(0)).sum(dim=(2, 3), keepdim=True)
    return (weights * maps).sum(dim=1).clamp_min(0)


@contextmanager
def _eval(net: nn.Module) -> Iterator[None]:
    """The net as it answers, not as it trains."""
    trained = net.training
    net.eval()
    try:
        yield
    finally:
        net.train(trained)


def _some_layers(net: nn.Module) -> str:
    convolutions = [name for name, module in net.named_modules() if isinstance(module, nn.Conv2d)]
    return ", ".join(convolutions[-3:])

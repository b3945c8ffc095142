"""Whether attention depends on what the net has learnt: its maps while its weights turn random."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from app.learning.explanation_metrics import rank_correlation
from app.learning.frame import Floats
from app.learning.gradcam import Method, attention_of, layer_of
from app.learning.recipe import Recipe
from app.learning.scoring import outputs_of


@dataclass(frozen=True)
class Randomised:
    """After everything from the answer back to `part` is random: mean rank correlation with the true maps."""

    part: str
    correlation: float


def randomisation(
    recipe: Recipe,
    net: nn.Module,
    images: Floats,
    method: Method = Method.GRAD_CAM,
    layer: str = "",
    seed: int = 1,
) -> list[Randomised]:
    """Cascading randomisation (Adebayo et al. 2018, arXiv 1810.03292) of a copy of the net.

    Parts are taken in the reverse order of their definition and initialised again. An attention that shows
    what the net has learnt loses its resemblance; one that merely finds edges or hot spots keeps it.
    images: float32 (n, channels, rows, cols).
    """
    changed = copy.deepcopy(net).eval()
    shown = torch.from_numpy(images)
    true = maps_of(recipe, net, shown, method, layer)
    torch.manual_seed(seed)
    steps = []
    for name in _parts(changed):
        for module in changed.get_submodule(name).modules():
            _reset(module)
        made = maps_of(recipe, changed, shown, method, layer)
        same = [rank_correlation(one, two) for one, two in zip(true, made, strict=True)]
        steps.append(Randomised(name, float(np.mean(same))))
    return steps


def maps_of(recipe: Recipe, net: nn.Module, shown: torch.Tensor, method: Method, layer: str) -> Floats:
    """Attention over the input, float32 (n, maps, rows, cols): Grad-CAM where the recipe or the caller names
    a layer, else what is drawn.
    """
    if layer_of(recipe, net, layer):
        return attention_of(recipe, net, shown, method, layer).cpu().numpy()
    with torch.inference_mode():
        drawn = recipe.drawn(outputs_of(net.eval(), shown))
    if drawn is None:
        raise ValueError(f"{recipe.name} has no attention")
    first = drawn[:, : max(drawn.shape[1] // len(recipe.planes), 1)]
    return first.float().cpu().numpy()


def _parts(net: nn.Module) -> list[str]:
    """The parts right below the net that have weights, last first; a list of blocks counts block by block."""
    names: list[str] = []
    for name, child in net.named_children():
        inner = child.named_children() if isinstance(child, (nn.ModuleList, nn.Sequential)) else ()
        below = [f"{name}.{one}" for one, module in inner if any(True for _ in module.parameters())]
        names += below or ([name] if any(True for _ in child.parameters()) else [])
    return names[::-1]


def _reset(module: nn.Module) -> None:
    """New weights as a fresh net would have them; a parameter of a module that cannot say is drawn anew."""
    reset = getattr(module, "reset_parameters", None)
    if callable(reset):
        reset()
        return
    with torch.no_grad():
        for parameter in module.parameters(recurse=False):
            parameter.copy_(torch.randn_like(parameter) * (parameter.std() if parameter.numel() > 1 else 1.0))

"""What a trained net says of the scans of a prepared cohort."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.learning.batches import batch_of
from app.learning.dataset import PreparedCohort
from app.learning.recipe import Batch, Recipe
from app.learning.splits import Indices


def outputs_of(net: nn.Module, images: Tensor) -> tuple[Tensor, ...]:
    """A net's outputs as a tuple, whatever it gives."""
    given = net(images)
    return tuple(given) if isinstance(given, (tuple, list)) else (given,)


def features_of(recipe: Recipe, outputs: tuple[Tensor, ...]) -> Tensor | None:
    """What the net makes of whole scans, (n, k); None where the recipe has no method `features`."""
    told = getattr(recipe, "features", None)
    return None if told is None else told(outputs)


def given_to(recipe: Recipe, batch: Batch) -> Tensor:
    """What a recipe's net is given of a batch: its images, or what `shown` makes of more than a scan."""
    shown = getattr(recipe, "shown", None)
    return batch.images if shown is None else shown(batch)


@torch.inference_mode()
def scores(
    recipe: Recipe,
    net: nn.Module,
    prepared: PreparedCohort,
    index: Indices,
    device: torch.device,
    batch: int = 8,
) -> NDArray[np.float64]:
    """Probability of metastasis of each scan, float64 (n,)."""
    net.eval()
    found = [
        recipe.score(
            outputs_of(net, given_to(recipe, batch_of(prepared, index[start : start + batch], device)))
        )
        for start in range(0, len(index), batch)
    ]
    return torch.cat(found).double().cpu().numpy() if found else np.empty(0)


@torch.inference_mode()
def drawings(
    recipe: Recipe, net: nn.Module, prepared: PreparedCohort, index: Indices, device: torch.device
) -> NDArray[np.float32]:
    """Planes that a segmenting net draws on a few scans, float32 (n, planes, rows, cols)."""
    net.eval()
    drawn = recipe.drawn(outputs_of(net, batch_of(prepared, index, device).images))
    if drawn is None:
        raise ValueError(f"{recipe.name} draws nothing")
    return drawn.float().cpu().numpy()

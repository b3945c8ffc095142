"""What a net in training makes of a few validation scans, as pictures for those who follow it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from app.learning.batches import batch_of
from app.learning.dataset import PreparedCohort
from app.learning.frame import Floats
from app.learning.gradcam import attention_of, layer_of
from app.learning.maps import normalised, overlay, resized
from app.learning.recipe import Recipe
from app.learning.scoring import given_to, outputs_of
from app.learning.splits import Indices
from app.scan.scan import ViewName
from app.scan.window import Levels

_OF_EACH_KIND = 2
_EVERY = 10
_TRUE, _DRAWN = (0, 130, 70), (20, 60, 220)
"""Colours of the outlines of what is there and of what the net draws."""
Picture = NDArray[np.uint8]


def worth_a_picture(epoch: int) -> bool:
    """Whether an epoch is shown: each of the first ten, then every tenth."""
    return epoch < _EVERY or epoch % _EVERY == 0


def training_pictures(
    recipe: Recipe, net: nn.Module, prepared: PreparedCohort, validation: Indices, device: torch.device
) -> dict[str, Picture]:
    """Up to two validation scans of each kind as the net sees them, by case and truth: uint8 (rows, cols, 3).

    Input planes lie beside each other. Over them, in red, what a net draws as metastasis, or where one that
    classifies looked; true metastases are outlined in green, drawn ones in blue. The net is left as it was.
    """
    truth = prepared.truth[validation]
    chosen = [int(one) for kind in (True, False) for one in validation[truth == kind][:_OF_EACH_KIND]]
    trained = net.training
    net.eval()
    try:
        return {
            f"{prepared.cases[one]} {'metastasis' if prepared.truth[one] else 'none'}": _picture(
                recipe, net, prepared, one, device
            )
            for one in chosen
        }
    finally:
        net.train(trained)


def _picture(
    recipe: Recipe, net: nn.Module, prepared: PreparedCohort, place: int, device: torch.device
) -> Picture:
    batch = batch_of(prepared, np.array([place]), device)
    films = batch.images[0].cpu().numpy()
    with torch.no_grad():
        drawn = recipe.drawn(outputs_of(net, given_to(recipe, batch)))
    heat: Floats | None = None
    outlines: list[tuple[Floats, tuple[int, int, int]]] = []
    if batch.targets is not None:
        outlines.append((_of_metastasis(recipe, batch.targets[0].cpu().numpy()), _TRUE))
    if drawn is not None:
        heat = _of_metastasis(recipe, drawn[0].float().cpu().numpy())
        outlines.append((heat, _DRAWN))
    elif layer_of(recipe, net):
        looked = attention_of(recipe, net, given_to(recipe, batch))[0].cpu().numpy()
        heat = normalised({ViewName.ANTERIOR: looked})[ViewName.ANTERIOR]
    return np.concatenate(
        [_plane(film, plane, heat, outlines) for plane, film in enumerate(films)], axis=1, dtype=np.uint8
    )


def _plane(
    film: Floats, plane: int, heat: Floats | None, outlines: list[tuple[Floats, tuple[int, int, int]]]
) -> Picture:
    rows, cols = film.shape
    cover = np.zeros_like(film) if heat is None else resized(heat[min(plane, len(heat) - 1)], rows, cols)
    upper = float(np.quantile(film, 0.995))
    picture = overlay(film, cover, Levels(0.0, upper if upper > 0 else 1.0))
    for maps, colour in outlines:
        picture[_edge(maps[min(plane, len(maps) - 1)] > 0.5)] = colour
    return picture


def _of_metastasis(recipe: Recipe, planes: Floats) -> Floats:
    """The planes of metastases, one or as many as the input has, of all that a recipe draws."""
    names = recipe.planes
    grouped = planes.reshape(len(names), -1, *planes.shape[1:])
    return np.asarray(grouped[names.index("metastasis") if "metastasis" in names else 0])


def _edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels of a mask that have a neighbour outside, above, below or beside."""
    wide = np.pad(mask, 1)
    inside = wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
    return np.asarray(mask & ~inside)

"""A net's maps over its input, brought back into the pixels of each view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.learning.frame import Floats
from app.learning.recipe import Input
from app.scan.scan import ViewName
from app.scan.window import Levels

ViewMaps = dict[ViewName, Floats]
STRONGEST = 0.65
"""Cover of the film where the attention is 1."""
COLOUR = (230.0, 60.0, 0.0)


def drawn_planes(names: Sequence[str], planes: Floats, made: Input) -> dict[str, ViewMaps]:
    """What a segmenting net drew, by name and view: probabilities, float32 (rows, cols) of the view.

    planes: float32 (n, rows, cols) over the input. Where each view has an input plane of its own, every name
    has one map per plane of the input, in their order, also for a view that is missing; else one map holds
    both views.

    Raises ValueError when the number of planes fits neither.
    """
    each, rest = divmod(len(planes), len(names))
    if rest or not (each == 1 or each >= input_planes(made)):
        raise ValueError(f"{len(planes)} planes for {len(names)} names")
    grouped = planes.reshape(len(names), each, *planes.shape[1:])
    if each == 1:
        grouped = np.repeat(grouped, input_planes(made), axis=1)
    return {name: made.back(maps) for name, maps in zip(names, grouped, strict=True)}


def attention_maps(attention: Floats, made: Input) -> ViewMaps:
    """Where a net looked, 0-1, 1 at the hottest place of either view; float32 (rows, cols) of the view.

    attention: float32 (rows, cols) or (planes, rows, cols) of any size, at least 0, over the input. An
    attention that is nowhere stays 0.
    """
    stack = attention[None] if attention.ndim == 2 else attention
    rows, cols = made.image.shape[1:]
    stack = np.stack([resized(one, rows, cols) for one in stack])
    if len(stack) < input_planes(made):
        stack = np.repeat(stack[:1], input_planes(made), axis=0)
    return normalised(made.back(stack))


def normalised(maps: Mapping[ViewName, Floats]) -> ViewMaps:
    """Maps, float32 (rows, cols), divided by the greatest value of all of them, negative values cut."""
    most = max((float(one.max()) for one in maps.values() if one.size), default=0.0)
    scale = 1.0 / most if most > 0 else 0.0
    return {view: (np.clip(one, 0, None) * scale).astype(np.float32) for view, one in maps.items()}


def overlay(counts: Floats, attention: Floats, levels: Levels) -> NDArray[np.uint8]:
    """The film in inverse grey with the attention over it, uint8 (rows, cols, 3).

    counts and attention: float32 (rows, cols), attention 0-1.
    """
    share = np.clip((counts - levels.lower) / (levels.upper - levels.lower), 0, 1)
    film = 255.0 * (1.0 - share)[..., None]
    cover = (STRONGEST * np.clip(attention, 0, 1))[..., None]
    return np.asarray(np.rint(film * (1 - cover) + np.array(COLOUR) * cover), np.uint8)


def resized(image: Floats, rows: int, cols: int) -> Floats:
    """A map stretched over rows x cols pixels, bilinear between the middles of its own pixels; float32."""
    if image.shape == (rows, cols):
        return image
    return np.asarray(_stretch(image.shape[0], rows) @ image @ _stretch(image.shape[1], cols).T, np.float32)


def input_planes(made: Input) -> int:
    """How many planes the views of an input lie in at least: 1 where both share a picture."""
    return max((frame.plane for frame in made.frames), default=0) + 1


def _stretch(length: int, target: int) -> Floats:
    """Weights (target, length) of bilinear interpolation, the edge repeated beyond the last middle."""
    at = np.clip((np.arange(target) + 0.5) * length / target - 0.5, 0, length - 1)
    low = np.minimum(at.astype(np.int64), max(length - 2, 0))
    share = (at - low).astype(np.float32)
    weights = np.zeros((target, length), np.float32)
    weights[np.arange(target), low] += 1 - share
    weights[np.arange(target), np.minimum(low + 1, length - 1)] += share
    return weights

"""What the answer loses when a part of the input is hidden: a check on attention without gradients."""

from __future__ import annotations

import numpy as np

from app.learning.engine import Engine
from app.learning.frame import Floats

_MOST = 1 - 1e-6


def occlusion_map(engine: Engine, image: Floats, size: int = 32, step: int = 16, batch: int = 16) -> Floats:
    """By how much the logit falls when the place is hidden, at least 0, float32 (rows, cols).

    A square of `size` pixels moves over the input in steps; under it every channel takes the median of the
    square's surroundings, so that a focus vanishes and its background stays (after Zeiler and Fergus 2014,
    arXiv 1311.2901, who hide in grey). A pixel has the mean of all squares that hid it. image: float32
    (channels, rows, cols).
    """
    _, rows, cols = image.shape
    places = [(top, left) for top in _starts(rows, size, step) for left in _starts(cols, size, step)]
    whole = _logit(engine.run(image[None], attention=False, planes=False).probability)[0]
    fall = np.zeros((rows, cols), np.float32)
    often = np.zeros((rows, cols), np.float32)
    for start in range(0, len(places), batch):
        part = places[start : start + batch]
        hidden = np.stack([_hidden(image, top, left, size) for top, left in part])
        logits = _logit(engine.run(hidden, attention=False, planes=False).probability)
        for (top, left), logit in zip(part, logits, strict=True):
            fall[top : top + size, left : left + size] += whole - logit
            often[top : top + size, left : left + size] += 1
    return np.clip(fall / np.maximum(often, 1), 0, None)


def _starts(length: int, size: int, step: int) -> list[int]:
    """Where the square begins, so that its last place ends with the image."""
    last = max(length - size, 0)
    return sorted({*range(0, last + 1, step), last})


def _hidden(image: Floats, top: int, left: int, size: int) -> Floats:
    made = image.copy()
    around = image[
        :,
        max(top - size // 2, 0) : top + size + size // 2,
        max(left - size // 2, 0) : left + size + size // 2,
    ]
    made[:, top : top + size, left : left + size] = np.median(around, axis=(1, 2))[:, None, None]
    return made


def _logit(probability: Floats) -> Floats:
    safe = np.clip(probability.astype(np.float64), 1 - _MOST, _MOST)
    return np.asarray(np.log(safe / (1 - safe)), np.float32)

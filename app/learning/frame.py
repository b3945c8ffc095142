"""Where each view of a scan lies in a net's input, and the way back to the view's own pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scan.scan import ViewName

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""top, left, bottom, right; edges of pixels, so that a whole image is (0, 0, rows, cols)."""


@dataclass(frozen=True)
class ViewFrame:
    """One view's place in an input: the box `source` of the view fills the box `target` of plane `plane`.

    `source` may reach outside the view, which counts as air. `mirrored`: left and right are exchanged.
    """

    view: ViewName
    shape: tuple[int, int]
    """Rows and columns of the view."""
    source: Box
    target: tuple[int, int, int, int]
    plane: int = 0
    mirrored: bool = False

    def into(self, counts: Floats) -> Floats:
        """Mean counts under each input pixel, float32 (height, width) of `target`."""
        down, across = self._areas()
        made = down @ counts.astype(np.float32, copy=False) @ across.T
        return np.ascontiguousarray(made[:, ::-1] if self.mirrored else made, dtype=np.float32)

    def back(self, plane: Floats) -> Floats:
        """A map over the whole input plane, float32 (H, W), in the view's pixels; bilinear, air is 0."""
        top, left, bottom, right = self.target
        part = plane[top:bottom, left:right].astype(np.float32, copy=False)
        part = part[:, ::-1] if self.mirrored else part
        rows = _between(self.shape[0], self.source[0], self.source[2], bottom - top)
        cols = _between(self.shape[1], self.source[1], self.source[3], right - left)
        return np.asarray(rows @ part @ cols.T, dtype=np.float32)

    def covered(self, mask: NDArray[np.bool_] | NDArray[np.uint8]) -> Floats:
        """Share of each input pixel that a mask of the view covers, 0-1."""
        return self.into(np.asarray(mask, dtype=np.float32))

    def _areas(self) -> tuple[Floats, Floats]:
        top, left, bottom, right = self.target
        return (
            _overlaps(self.shape[0], self.source[0], self.source[2], bottom - top),
            _overlaps(self.shape[1], self.source[1], self.source[3], right - left),
        )


def whole(view: ViewName, shape: tuple[int, int], target: tuple[int, int, int, int]) -> ViewFrame:
    """The whole view, stretched into a box of the input."""
    return ViewFrame(view, shape, (0.0, 0.0, float(shape[0]), float(shape[1])), target)


def _overlaps(length: int, start: float, end: float, steps: int) -> Floats:
    """Weights (steps, length) that average the pixels under each of `steps` equal parts of start-end."""
    edges = np.linspace(start, end, steps + 1)
    low = np.maximum(edges[:-1, None], np.arange(length)[None, :])
    high = np.minimum(edges[1:, None], np.arange(1, length + 1)[None, :])
    return np.asarray(np.clip(high - low, 0, None) / ((end - start) / steps), dtype=np.float32)


def _between(length: int, start: float, end: float, steps: int) -> Floats:
    """Weights (length, steps) that interpolate `steps` samples over start-end at each pixel's middle."""
    at = (np.arange(length) + 0.5 - start) / (end - start) * steps - 0.5
    inside = (at > -0.5) & (at < steps - 0.5)
    at = np.clip(at, 0, steps - 1)
    low = np.minimum(at.astype(np.int64), max(steps - 2, 0))
    share = at - low
    weights = np.zeros((length, steps), np.float32)
    index = np.arange(length)
    weights[index, low] += 1 - share
    weights[index, np.minimum(low + 1, steps - 1)] += share
    return weights * inside[:, None]

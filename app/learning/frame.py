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
        top, left, bottom, right = self.target
        down = _averaged(counts, self.source[0], self.source[2], bottom - top)
        made = _averaged(down.T, self.source[1], self.source[3], right - left).T
        return np.ascontiguousarray(made[:, ::-1] if self.mirrored else made, dtype=np.float32)

    def back(self, plane: Floats) -> Floats:
        """A map over the whole input plane, float32 (H, W), in the view's pixels; bilinear, air is 0."""
        top, left, bottom, right = self.target
        part = plane[top:bottom, left:right].astype(np.float32, copy=False)
        part = part[:, ::-1] if self.mirrored else part
        down = _interpolated(part, self.shape[0], self.source[0], self.source[2])
        return np.ascontiguousarray(_interpolated(down.T, self.shape[1], self.source[1], self.source[3]).T)

    def covered(self, mask: NDArray[np.bool_] | NDArray[np.uint8]) -> Floats:
        """Share of each input pixel, float32 (H, W), that a mask of the view, bool or 0 and 1, covers."""
        return self.into(np.asarray(mask, dtype=np.float32))


def whole(view: ViewName, shape: tuple[int, int], target: tuple[int, int, int, int]) -> ViewFrame:
    """The whole view, stretched into a box of the input."""
    return ViewFrame(view, shape, (0.0, 0.0, float(shape[0]), float(shape[1])), target)


def _averaged(values: NDArray[np.floating], start: float, end: float, steps: int) -> NDArray[np.float64]:
    """Means of the rows under each of `steps` equal parts of start-end, by differences of running sums."""
    length = len(values)
    sums = np.zeros((length + 1, values.shape[1]))
    np.cumsum(values, axis=0, dtype=np.float64, out=sums[1:])
    edges = np.clip(np.linspace(start, end, steps + 1), 0, length)
    low = np.minimum(edges.astype(np.int64), length - 1)
    at_edges = sums[low] + (edges - low)[:, None] * (sums[low + 1] - sums[low])
    return np.asarray(np.diff(at_edges, axis=0) / ((end - start) / steps))


def _interpolated(samples: Floats, length: int, start: float, end: float) -> Floats:
    """Samples over start-end, interpolated at the middle of each of `length` rows; 0 outside."""
    steps = len(samples)
    at = (np.arange(length) + 0.5 - start) / (end - start) * steps - 0.5
    inside = (at > -0.5) & (at < steps - 0.5)
    at = np.clip(at, 0, steps - 1)
    low = np.minimum(at.astype(np.int64), max(steps - 2, 0))
    share = ((at - low) * inside)[:, None].astype(np.float32)
    rest = inside[:, None].astype(np.float32) - share
    return np.asarray(samples[low] * rest + samples[np.minimum(low + 1, steps - 1)] * share, np.float32)

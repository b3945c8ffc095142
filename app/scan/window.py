"""Counts to display grey: lower and upper level, transfer curve, inversion, palette, and first levels.

Display only: nothing here may feed a measurement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.language import for_later

CURVES = (for_later("linear"), for_later("square root"), for_later("log"), "gamma 0.50")
"""Transfer curves to choose from; any "gamma g" with 0.3 <= g <= 3 is valid too."""

LOG_ALPHA = 20.0
DARK_FRACTION = 0.45
"""Upper level of the dark copy of a dual-intensity display, as a part of the upper level."""
_MOST_INDICES = 65536
_GAMMA = re.compile(r"gamma (\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Levels:
    """Lower and upper display level in counts; `upper` > `lower`."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.lower) and np.isfinite(self.upper) and self.upper > self.lower):
            raise ValueError("levels must be finite, the upper above the lower")

    @property
    def dark(self) -> Levels:
        """The levels of the dark copy: upper level x 0.45, at least a hair above the lower."""
        span = self.upper - self.lower
        return Levels(self.lower, max(self.upper * DARK_FRACTION, self.lower + 0.05 * span))


@dataclass(frozen=True, eq=False)
class Indexed:
    """Counts as positions in a look-up table: counts = first + step * index.

    `index`: uint16 (rows, cols), every value below `size`.
    """

    index: NDArray[np.uint16]
    first: float
    step: float
    size: int

    @property
    def counts(self) -> NDArray[np.float32]:
        """The counts each index stands for; float32 (size,)."""
        return (self.first + self.step * np.arange(self.size)).astype(np.float32)


def to_index(counts: NDArray[np.float32]) -> Indexed:
    """Quantise counts, which may be fractional or negative, for display through a look-up table.

    `counts`: float32 (rows, cols); not-a-number and minus infinity count as the least finite value, plus
    infinity as the greatest. Whole numbers over a range below 65536 keep every value; everything else is
    divided evenly into 65536 steps, so that no pixel is off by more than half a step.
    """
    finite = np.isfinite(counts)
    if not finite.all():
        known = counts[finite]
        least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        counts = np.nan_to_num(counts, nan=least, posinf=most, neginf=least)
    lowest, highest = (float(counts.min()), float(counts.max())) if counts.size else (0.0, 0.0)
    span = highest - lowest
    if span < _MOST_INDICES and np.array_equal(counts, np.rint(counts)):
        return Indexed((counts.astype(np.float64) - lowest).astype(np.uint16), lowest, 1.0, int(span) + 1)
    step = span / (_MOST_INDICES - 1)
    if step == 0:
        return Indexed(np.zeros(counts.shape, np.uint16), lowest, 1.0, 1)
    index = np.rint((counts.astype(np.float64) - lowest) / step)
    return Indexed(index.astype(np.uint16), lowest, step, _MOST_INDICES)


def apply_curve(share: NDArray[np.float32], curve: str) -> NDArray[np.float32]:
    """Bend the share of the window, float32 0-1, by a transfer curve; 0 stays 0 and 1 stays 1.

    Linear; square root; log ln(1 + a w) / ln(1 + a) with a = 20; gamma w ** g.

    Raises ValueError for an unknown curve.
    """
    match curve:
        case "linear":
            return share
        case "square root":
            return np.asarray(np.sqrt(share), np.float32)
        case "log":
            return np.asarray(np.log1p(LOG_ALPHA * share) / np.log1p(LOG_ALPHA), np.float32)
    gamma = gamma_of(curve)
    if gamma is None:
        raise ValueError(f"unknown transfer curve {curve!r}")
    return np.asarray(np.power(share, np.float32(gamma)), np.float32)


def gamma_of(curve: str) -> float | None:
    """The exponent of a "gamma g" curve, None for the other curves and outside 0.3-3."""
    found = _GAMMA.fullmatch(curve)
    if found is None:
        return None
    gamma = float(found[1])
    return gamma if 0.3 <= gamma <= 3 else None


def lookup_table(
    indexed: Indexed, levels: Levels, curve: str, inverted: bool, colours: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The colour of every index; uint8 (indexed.size, 3) red, green, blue.

    w = clip((c - LL) / (UL - LL), 0, 1) through the curve picks from `colours`, uint8 (256, 3); inverted
    takes them from the other end (inverse grey: 255 * (1 - w)).
    """
    share = (indexed.counts - np.float32(levels.lower)) * np.float32(1.0 / (levels.upper - levels.lower))
    bent = apply_curve(np.clip(share, 0, 1), curve)
    entry = (bent * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return (colours[::-1] if inverted else colours)[entry]


def auto_level(views: Iterable[NDArray[np.float32]]) -> Levels:
    """Levels to start with: 0, and the 99.5th percentile of the body without bladder and injection site.

    `views`: float32 (rows, cols) each, counts; all views share the levels. An image without anything in it
    gives 0 to 1.
    """
    inside = [part for part in (_ordinary_uptake(counts) for counts in views) if part.size]
    upper = float(np.percentile(np.concatenate(inside), 99.5)) if inside else 0.0
    return Levels(0.0, upper if upper > 0 else 1.0)


def body_mask(counts: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The pixels of the body, without the air around it; bool (rows, cols), `counts` float32 likewise."""
    smooth = _box_mean(np.nan_to_num(counts, nan=0.0, posinf=0.0, neginf=0.0), 5)
    return np.asarray(smooth > _body_threshold(smooth))


def _ordinary_uptake(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Counts of the body pixels that are neither bladder nor injection site; float32 (n,)."""
    counts = np.nan_to_num(counts, nan=0.0, posinf=0.0, neginf=0.0)
    if not counts.size:
        return np.empty(0, np.float32)
    smooth = _box_mean(counts, 5)
    body = smooth > _body_threshold(smooth)
    if not body.any():
        return np.empty(0, np.float32)
    rows, cols = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    top, height = int(rows[0]), int(rows[-1] - rows[0]) + 1
    left, width = int(cols[0]), int(cols[-1] - cols[0]) + 1

    def box(high: float, low: float, first: float, last: float) -> tuple[slice, slice]:
        return (
            slice(top + int(high * height), top + int(low * height) + 1),
            slice(left + int(first * width), left + int(last * width) + 1),
        )

    pelvis = box(0.36, 0.56, 0.32, 0.68)
    arms = (box(0.15, 0.60, 0.0, 0.15), box(0.15, 0.60, 0.85, 1.0))
    ordinary = body.copy()
    for place in (pelvis, *arms):
        ordinary[place] = False
    usual = float(np.percentile(smooth[ordinary], 99.5)) if ordinary.any() else 0.0
    keep = body
    for place in (pelvis, *arms):
        part = smooth[place]
        peak = float(part.max()) if part.size else 0.0
        if usual > 0 and peak > 1.5 * usual:
            keep[place] &= part < 0.25 * peak
    return counts[keep]


def _box_mean(image: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Mean over size x size pixels (size odd), the border repeated; float32 (rows, cols)."""
    half = size // 2
    total = np.pad(image.astype(np.float64), ((half + 1, half), (half + 1, half)), mode="edge")
    total = total.cumsum(axis=0).cumsum(axis=1)
    mean = total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]
    return (mean / size**2).astype(np.float32)


def _body_threshold(smooth: NDArray[np.float32]) -> float:
    """Otsu's threshold (IEEE Trans SMC 1979;9:62) on log(1 + counts): raw counts lose half the body."""
    values = np.log1p(np.clip(smooth, 0, None))
    number, edges = np.histogram(values, bins=256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(number)
    above = below[-1] - below
    sum_below = np.cumsum(number * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = sum_below / below - (sum_below[-1] - sum_below) / above
    between = np.nan_to_num(below * above * distance**2)
    return float(np.expm1(edges[int(between.argmax()) + 1])) if between.any() else 0.0


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many pixels have how many counts; `number` int64 (n,), `edges` float64 (n + 1,) in counts."""

    number: NDArray[np.int64]
    edges: NDArray[np.float64]


def histogram(views: Iterable[NDArray[np.float32]], bins: int = 1024) -> Histogram:
    """The histogram of all views together, from 0 (or the least count) to the greatest.

    Whole numbers get bins of whole counts, at most `bins` of them, so that no bin is empty by rounding.
    views: counts, float32 (rows, cols) each.
    """
    pixels = np.concatenate([np.zeros(0, np.float32), *(counts.ravel() for counts in views)])
    pixels = pixels[np.isfinite(pixels)]
    lowest = min(0.0, float(pixels.min())) if pixels.size else 0.0
    highest = max(float(pixels.max()), lowest) if pixels.size else 0.0
    span = highest - lowest
    if np.array_equal(pixels, np.rint(pixels)):
        width = float(np.ceil((span + 1) / bins))
        number_of_bins = int(span // width) + 1
        edges = lowest - 0.5 + width * np.arange(number_of_bins + 1)
    else:
        edges = np.linspace(lowest, highest, bins + 1)
    number, _ = np.histogram(pixels, bins=edges)
    return Histogram(number.astype(np.int64), edges.astype(np.float64))

"""Foci without a model: places hotter than such places usually get and than what lies around them, outlined.

A classical detector for proposals where no model is installed. It knows brightness and position, not disease:
what it finds is to be judged by a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.drawn import linked, regions_of
from app.annotation.geometry import Mask
from app.annotation.label_set import sizes_of
from app.annotation.region import Region
from app.quantification.reference import midline
from app.quantification.usual_uptake import usual_on
from app.scan.scan import Scan, View, ViewName
from app.scan.window import body_mask

LABEL = "equivocal"
"""Class of what is found: hot is not yet ill."""
SIGMA_MM = 2.9
"""Smoothing: about half of what the camera blurs."""
_USUAL_MM = 2.26
_AROUND_MM = 61.0
"""Side of the square whose median is the background."""
_OVER_USUAL = 1.3
"""Peak over what nine of ten normal bodies reach there; leaves about seven marks on nothing a scan."""
_OVER_AROUND = 1.5
"""Peak over background."""
_SIGNIFICANT = 6.0
"""Standard deviations of counting noise above the background."""
_SHARE = 0.5
"""The outline runs half-way from background to peak."""
_MOST = 40
_MOST_CM2 = 60.0
_BLADDER = (0.40, 0.58, 0.10)
"""First and last row and half width of where the bladder lies, in heights of the body from the vertex."""
_LEAST_ROWS = 50

Plane = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SeenView:
    """One view with what foci are compared with; float32 (rows, cols) each.

    `axis`: column of the midline; `usual`: median counts of the body; `top`, `height`: of the body, rows.
    """

    view: View
    smooth: Plane
    body: Mask
    axis: float
    usual: float
    top: int
    height: int
    pixel_mm: float


def detect(scan: Scan) -> list[Region]:
    """Regions for every focus of both views, the clearest first; foci at mirrored places are one lesion."""
    found = [region for view in scan.views for region in _detect(view)]
    return linked(found, sizes_of(scan))


def look(view: View) -> SeenView | None:
    """A view as the detector sees it; None where there is no body."""
    from scipy import ndimage

    counts = np.clip(np.nan_to_num(view.counts, nan=0.0, posinf=0.0, neginf=0.0), 0, None)
    body = body_mask(counts)
    rows = np.flatnonzero(body.sum(axis=1) >= 3)
    if rows.size < _LEAST_ROWS:
        return None
    pixel = view.spacing_mm[0] if view.spacing_mm else _USUAL_MM
    smooth = ndimage.gaussian_filter(counts, SIGMA_MM / pixel).astype(np.float32)
    top, height = int(rows[0]), int(rows[-1] - rows[0] + 1)
    return SeenView(
        view, smooth, body, midline(counts, body), float(np.median(smooth[body])), top, height, pixel
    )


def _detect(view: View) -> Iterable[Region]:
    seen = look(view)
    if seen is None or not seen.usual > 0:
        return
    background = _background(seen)
    left = np.where(seen.body & ~_bladder(seen, background), seen.smooth, np.float32(0))
    taken = np.zeros(left.shape, np.bool_)
    for row, col in _peaks(seen, background, left):
        if not taken[row, col] and (region := _outline(seen, background, row, col, taken)) is not None:
            yield region


def _background(seen: SeenView) -> Plane:
    """Median of the square around each pixel, at least 0.7 of the body's; float32 (rows, cols)."""
    from scipy import ndimage

    inside = np.where(seen.body, seen.smooth, np.float32(0))[::2, ::2]  # a median does not need every pixel
    side = max(round(_AROUND_MM / seen.pixel_mm / 2) | 1, 3)
    coarse = ndimage.median_filter(inside, size=side)
    rows, cols = seen.smooth.shape
    fine = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:rows, :cols]
    floored: Plane = np.maximum(fine, np.float32(0.7 * seen.usual)).astype(np.float32)
    return floored


def _bladder(seen: SeenView, background: Plane) -> Mask:
    """The hottest connected pixels of the bladder's place."""
    from scipy import ndimage

    rows, cols = seen.smooth.shape
    down = ((np.arange(rows) - seen.top) / seen.height)[:, None]
    across = (np.abs(np.arange(cols) + 0.5 - seen.axis) / seen.height)[None, :]
    first, last, half = _BLADDER
    place = (down > first) & (down < last) & (across < half) & seen.body
    if not place.any():
        return np.zeros(seen.body.shape, np.bool_)
    at = np.unravel_index(int(np.where(place, seen.smooth, 0).argmax()), place.shape)
    peak = float(seen.smooth[at])
    parts, _ = ndimage.label(place & (seen.smooth > 0.3 * peak) & (seen.smooth > 1.5 * background))
    return np.asarray((parts == parts[at]) & (parts > 0))


def _peaks(seen: SeenView, background: Plane, left: Plane) -> list[tuple[int, int]]:
    """Local maxima above what is usual there, what lies around and the noise; the clearest first."""
    from scipy import ndimage

    reach = max(round(9 / seen.pixel_mm), 2)
    highest = ndimage.maximum_filter(left, size=2 * reach + 1)
    # a cell's neighbours too: bodies differ by about as much
    usual = ndimage.maximum_filter(usual_on(seen.view.name, seen.body, seen.axis), size=2 * reach + 1)
    over = seen.smooth / (usual * np.float32(seen.usual))
    averaged = 4 * np.pi * (SIGMA_MM / seen.pixel_mm) ** 2
    noise = np.sqrt(np.maximum(background, 0.5) / averaged)
    clear = (seen.smooth - background) / noise > _SIGNIFICANT
    stands_out = (over > _OVER_USUAL) & (seen.smooth > _OVER_AROUND * background)
    at = np.argwhere((left == highest) & (left > 0) & stands_out & clear)
    places = [(int(row), int(col)) for row, col in at]
    return sorted(places, key=lambda place: -float(over[place]))[:_MOST]


def _outline(seen: SeenView, background: Plane, row: int, col: int, taken: Mask) -> Region | None:
    """The focus at a peak, from its half-way line; None when that has no end or holds too little."""
    from scipy import ndimage

    reach = round(60 / seen.pixel_mm)
    window = (slice(max(row - reach, 0), row + reach + 1), slice(max(col - reach, 0), col + reach + 1))
    base, peak = float(background[row, col]), float(seen.smooth[row, col])
    share = ((seen.smooth[window] - base) / (peak - base)).astype(np.float32)
    parts, _ = ndimage.label(share >= _SHARE)
    own = parts == parts[row - window[0].start, col - window[1].start]
    if own.sum() * (seen.pixel_mm / 10) ** 2 > _MOST_CM2:
        return None
    whole = np.zeros(seen.smooth.shape, np.float32)
    whole[window] = np.clip(np.where(own, share, np.minimum(share, np.float32(_SHARE - 1e-3))), 0, 1)
    regions = regions_of(whole, ViewName(seen.view.name), LABEL, _SHARE)
    if len(regions) != 1:  # too small, or a ring
        return None
    taken[window] |= own
    return regions[0]

"""Simulated scans made wrong in the ways in which real folders hold things that are no whole-body scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from scipy import ndimage

from app.scan.scan import Counts, Scan, View

Change = Callable[[Counts, np.random.Generator], Counts]


def changed(scan: Scan, change: Change, rng: np.random.Generator) -> Scan:
    """The scan with both views changed alike, without the pixel spacing, which no longer means anything."""
    views = {
        view.name.value: View(view.name, np.ascontiguousarray(change(view.counts, rng), np.float32), None)
        for view in scan.views
    }
    return replace(scan, **views)


def spaced(scan: Scan, change: Change, rng: np.random.Generator) -> Scan:
    """The same, the pixel spacing kept."""
    made = changed(scan, change, rng)
    views = {
        view.name.value: View(view.name, made_view.counts, view.spacing_mm)
        for view, made_view in zip(scan.views, made.views, strict=True)
    }
    return replace(made, **views)


def inverted(counts: Counts, _rng: np.random.Generator) -> Counts:
    """White on black, taken for black on white."""
    top = np.float32(np.percentile(counts, 99.5))
    return np.asarray(top - np.clip(counts, 0, top))


def trunk_alone(counts: Counts, rng: np.random.Generator) -> Counts:
    """Shoulders to hips, filling the frame."""
    return _rows(counts, 0.13 + 0.03 * rng.random(), 0.50 + 0.05 * rng.random())


def legs_alone(counts: Counts, rng: np.random.Generator) -> Counts:
    """Hips to feet, filling the frame."""
    return _rows(counts, 0.50 + 0.05 * rng.random(), 1.0)


def knees(counts: Counts, rng: np.random.Generator) -> Counts:
    """A spot view of the knees, 256 x 256, of as many counts a pixel."""
    top, bottom, left, right = _box(counts)
    middle = top + (0.72 + 0.03 * rng.random()) * (bottom - top)
    half = (right - left) / 3
    across = (left + right) / 2
    return _zoomed(counts, (middle - half, middle + half, across - half, across + half))


def slice_of(_counts: Counts, rng: np.random.Generator) -> Counts:
    """A round slice of a tomography of 64 to 128 pixels, enlarged."""
    size = int(rng.integers(64, 129))
    y, x = np.mgrid[0:size, 0:size] / (size - 1) * 2 - 1
    tall, wide = 0.55 + 0.15 * rng.random(), 0.75 + 0.15 * rng.random()
    body = ((y / tall) ** 2 + (x / wide) ** 2 < 1).astype(np.float64) * 6
    body[np.hypot(y - 0.25, x) < 0.14] = 60  # the vertebra
    for _ in range(int(rng.integers(3, 8))):  # ribs
        angle = rng.uniform(0, 2 * np.pi)
        body[np.hypot(y - tall * 0.9 * np.sin(angle), x - wide * 0.9 * np.cos(angle)) < 0.08] = 35
    made = rng.poisson(ndimage.gaussian_filter(body, size / 40)).astype(np.float32)
    return np.asarray(ndimage.zoom(made, 512 / size, order=1), np.float32)


def upside_down(counts: Counts, _rng: np.random.Generator) -> Counts:
    """The feet above."""
    return counts[::-1]


def two_bodies(counts: Counts, _rng: np.random.Generator) -> Counts:
    """Both views of a sheet taken for one."""
    return np.concatenate([counts, counts[:, ::-1]], axis=1)


def noise(counts: Counts, rng: np.random.Generator) -> Counts:
    """Nobody under the camera."""
    return rng.poisson(float(counts.mean()), counts.shape).astype(np.float32)


FAULTS: Mapping[str, tuple[Callable[[Scan, Change, np.random.Generator], Scan], Change]] = {
    "wrong polarity": (spaced, inverted),
    "trunk alone": (spaced, trunk_alone),
    "legs alone": (spaced, legs_alone),
    "slice of a tomography": (changed, slice_of),
    "spot view of the knees": (changed, knees),
    "upside down": (spaced, upside_down),
    "two bodies": (spaced, two_bodies),
    "noise": (spaced, noise),
}
"""Gross faults by name: how, and to what."""


def cropped_8_bit(counts: Counts, rng: np.random.Generator) -> Counts:
    """As pictures are published: cropped to the body, stretched, cut off at 255. No fault."""
    top, bottom, left, right = _box(counts)
    room = rng.uniform(0, 12, 4)
    part = counts[
        max(int(top - room[0]), 0) : int(bottom + room[1]), max(int(left - room[2]), 0) : int(right + room[3])
    ]
    part = ndimage.zoom(part, (1.0, rng.uniform(0.85, 1.2)), order=1)
    level = np.percentile(part, 99.3) + 1
    return np.asarray(np.rint(np.clip(part / level, 0, 1) * 255), np.float32)


def few_counts(counts: Counts, rng: np.random.Generator) -> Counts:
    """A quarter of the counts. No fault."""
    return rng.binomial(np.clip(counts, 0, None).astype(np.int64), 0.25).astype(np.float32)


HARMLESS: Mapping[str, tuple[Callable[[Scan, Change, np.random.Generator], Scan], Change]] = {
    "cropped, stretched, 8 bit": (changed, cropped_8_bit),
    "a quarter of the counts": (spaced, few_counts),
}
"""What a scan may have been through and still be one."""


def _box(counts: Counts) -> tuple[int, int, int, int]:
    """First and last row and column of the body."""
    from app.scan.window import body_mask

    body = body_mask(counts)
    rows, cols = (np.flatnonzero(body.sum(axis=axis) > 4) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1


def _rows(counts: Counts, start: float, end: float) -> Counts:
    """A part of the body's height, enlarged to the frame's."""
    top, bottom, _, _ = _box(counts)
    first, last = top + start * (bottom - top), top + end * (bottom - top)
    return _zoomed(counts, (first, last, 0.0, float(counts.shape[1])), counts.shape)


def _zoomed(
    counts: Counts, box: tuple[float, float, float, float], shape: tuple[int, int] = (256, 256)
) -> Counts:
    """What lies in a box (top, bottom, left, right), stretched to a shape, counts a pixel as before."""
    down = np.linspace(box[0], box[1], shape[0])
    across = np.linspace(box[2], box[3], shape[1])
    grid = np.meshgrid(down, across, indexing="ij")
    return np.asarray(ndimage.map_coordinates(counts, grid, order=1, cval=0.0), np.float32)

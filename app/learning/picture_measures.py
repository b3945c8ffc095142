"""Plain ratios of a view that tell whether it is a whole body at all, and shown as bodies usually are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.learning.frame import Floats, whole
from app.learning.normalise import clean
from app.scan.scan import View
from app.scan.window import body_mask

Bools = NDArray[np.bool_]
_ROWS = 512
"""The view is looked at with so many rows: about 4 mm each, so that the gap between the legs is seen."""
_LEAST_COLS, _MOST_COLS = 32, 1024
_BANDS = 8
_LEGS, _TRUNK = (0.70, 0.95), (0.20, 0.40)
"""Shares of the body's height."""
_BODY = 0.05
"""A separate body is at least so large a part of the largest."""

_BAND = [f"of eighth {number}" for number in range(1, _BANDS + 1)]
MEASURES: tuple[tuple[str, float], ...] = (
    ("air against body", 0.4),
    ("body on the edge above", 0.15),
    ("body on the edge below", 0.15),
    ("body on the edges beside", 0.10),
    ("height in the frame", 0.25),
    ("height to width", 0.12),
    ("share of its box", 0.06),
    ("symmetry of the outline", 0.08),
    ("rows with two legs", 0.20),
    ("rows with arms apart", 0.25),
    ("separate bodies", 0.30),
    ("largest body", 0.06),
    ("counts in the middle third", 0.06),
    ("outline in the middle third", 0.06),
    ("hottest to usual", 0.35),
    ("usual to faint", 0.35),
    ("hottest hundredth", 0.30),
    ("counts a pixel", 0.60),
    ("sharpness", 0.45),
    ("likeness of neighbours", 0.15),
    *((f"outline {band}", 0.02) for band in _BAND),
    *((f"counts {band}", 0.03) for band in _BAND),
)
"""Names, and how much each may differ without meaning anything: frames are cropped, counts are few or many,
grey values are bent and cut off, wherever pictures come from."""


def measures_of(view: View) -> Floats:
    """The measures of a view in the order of MEASURES, float32 (36,); all finite."""
    counts = _seen(view)
    body = body_mask(counts)
    if not body.any():
        body = np.ones_like(body)
    rows, cols = _extent(body, 1), _extent(body, 0)
    box = (slice(*rows), slice(*cols))
    outline, inside = body[box], np.where(body, counts, np.float32(0))[box]
    found = np.array(
        [
            *_frame(counts, body, rows, cols),
            *_shape(outline),
            *_separate(body),
            *_middle(outline, inside),
            *_levels(counts, body),
            *_texture(counts, body),
            *_bands(outline.sum(axis=1, dtype=np.float64)),
            *_bands(inside.sum(axis=1, dtype=np.float64)),
        ]
    )
    return np.asarray(np.nan_to_num(found), np.float32)


def _seen(view: View) -> Floats:
    """Counts on square pixels, float32 (512, cols)."""
    counts = clean(view.counts)
    rows, cols = counts.shape
    down, across = view.spacing_mm or (1.0, 1.0)
    wanted = round(_ROWS * cols * across / (rows * down))
    width = min(max(wanted, _LEAST_COLS), _MOST_COLS)
    return whole(view.name, (rows, cols), (0, 0, _ROWS, width)).into(counts)


def _extent(body: Bools, axis: int) -> tuple[int, int]:
    """First row (axis 1) or column (axis 0) of the body and the one after its last, single pixels aside."""
    lit = np.flatnonzero(body.sum(axis=axis) > 0.005 * body.shape[axis] + 1)
    return (int(lit[0]), int(lit[-1]) + 1) if lit.size else (0, body.shape[1 - axis])


def _frame(
    counts: Floats, body: Bools, rows: tuple[int, int], cols: tuple[int, int]
) -> tuple[float, float, float, float, float, float]:
    """How the body lies in the frame: polarity, edges, height, and height to width."""
    air = float(np.percentile(counts[~body], 50)) if not body.all() else float(counts.mean())
    height, width = rows[1] - rows[0], cols[1] - cols[0]
    return (
        _log(air + 1e-3, float(counts[body].mean()) + 1e-3, 0.01),
        float(body[:2].any(axis=0).sum() / width),
        float(body[-2:].any(axis=0).sum() / width),
        float((body[:, :2].any(axis=1).sum() + body[:, -2:].any(axis=1).sum()) / (2 * height)),
        float(np.log(height / len(body))),
        float(np.log(height / width)),
    )


def _shape(outline: Bools) -> tuple[float, float, float, float]:
    """Share of the box, likeness to its mirror image, two legs, arms beside the trunk."""
    mirrored = outline[:, ::-1]
    runs = np.diff(outline.astype(np.int8), axis=1, prepend=0).clip(0).sum(axis=1)
    legs, trunk = (runs[_part(len(runs), part)] for part in (_LEGS, _TRUNK))
    return (
        float(outline.mean()),
        float((outline & mirrored).sum() / max((outline | mirrored).sum(), 1)),
        float((legs == 2).mean()),
        float((trunk >= 2).mean()),
    )


def _part(length: int, part: tuple[float, float]) -> slice:
    start = int(part[0] * length)
    return slice(start, max(int(part[1] * length), start + 1))


def _separate(body: Bools) -> tuple[float, float]:
    """The logarithm of the number of bodies, and the largest one's share of all."""
    from scipy import ndimage

    parts, many = ndimage.label(body)
    sizes = np.bincount(parts.ravel())[1:]
    if not many:
        return 0.0, 1.0
    return float(np.log((sizes >= _BODY * sizes.max()).sum())), float(sizes.max() / sizes.sum())


def _middle(outline: Bools, inside: Floats) -> tuple[float, float]:
    """Shares of counts and of outline that lie in the middle third of the columns."""
    cols = outline.shape[1]
    middle = slice(cols // 3, cols - cols // 3)
    return (
        float(inside[:, middle].sum() / max(float(inside.sum()), 1e-6)),
        float(outline[:, middle].sum() / max(int(outline.sum()), 1)),
    )


def _levels(counts: Floats, body: Bools) -> tuple[float, float, float, float]:
    """How the body's counts are spread, and the logarithm (base 10) of counts a pixel."""
    values = counts[body]
    faint, usual, hot = (float(each) for each in np.percentile(values, (10, 50, 99)))
    share = float(values[values >= hot].sum() / max(float(values.sum()), 1e-6))
    per_pixel = float(values.mean())
    return (
        _log(hot, usual, 0.05),
        _log(usual, faint, 0.05),
        float(np.log(share + 1e-3)),
        float(np.log10(per_pixel + 1e-2)),
    )


def _texture(counts: Floats, body: Bools) -> tuple[float, float]:
    """Steps between neighbours over the mean, and how well a pixel's neighbour below foretells it."""
    both = body[1:] & body[:-1]
    above, below = counts[:-1][both], counts[1:][both]
    if above.size < 2:
        return 0.0, 0.0
    step = float(np.abs(above - below).mean())
    spread = float(above.std() * below.std())
    like = float(((above - above.mean()) * (below - below.mean())).mean() / spread) if spread > 0 else 0.0
    return _log(step, float(above.mean()), 0.01), like


def _bands(profile: NDArray[np.float64]) -> list[float]:
    """Shares of a profile along the body's height in eighths of it."""
    edges = np.linspace(0, len(profile), _BANDS + 1)
    sums = np.interp(edges, np.arange(len(profile) + 1), np.concatenate([[0.0], np.cumsum(profile)]))
    return list(np.diff(sums) / max(float(profile.sum()), 1e-6))


def _log(value: float, over: float, least: float) -> float:
    """The logarithm of a ratio that is taken for at least `least`, and at most one over it."""
    if not over > 0:
        return float(-np.log(least)) if value > 0 else 0.0
    return float(np.log(np.clip(value / over, least, 1 / least)))

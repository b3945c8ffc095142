"""Both views as the two-view net sees them: counts on 4.5 mm pixels, the posterior view turned over."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.learning.frame import Floats, ViewFrame
from app.learning.recipe import Input, LabelMaps
from app.scan.scan import Counts, Scan, View, ViewName

PLANES = ("metastasis", "benign", "bladder")
"""What is drawn; each on the anterior, then on the posterior view."""
ROWS, COLS = 480, 128
PIXEL_MM = 4.52
"""Two pixels of the usual 2.26 mm matrix: lesions are centimetres, the camera resolves about one."""
MARGIN = 14
"""Pixels of air above the vertex; 480 pixels are 2.17 m."""
TYPICAL_HEIGHT_MM = 1650.0
"""Stands in for the pixel spacing of a file that does not give it."""
BENIGN = (2, 3, 4, 5, 6)
"""Lesion classes that are no metastasis."""
BLADDER = 4
_VIEWS = (ViewName.ANTERIOR, ViewName.POSTERIOR)


def two_view_input(scan: Scan) -> Input:
    """Counts per 2.26 mm pixel area, float32 (2, 480, 128): anterior, and posterior mirrored onto it.

    The vertex lies 14 pixels below the top, the body in the middle. Raises AppError without both views.
    """
    views = [scan.view(name) for name in _VIEWS]
    if any(view is None for view in views):
        missing = next(name for name, view in zip(_VIEWS, views, strict=True) if view is None)
        raise AppError(f"{scan.case} has no {missing.value} view.", "The model needs both.")
    frames = tuple(_frame(view, plane) for plane, view in enumerate(views) if view is not None)
    planes = [
        frame.into(np.clip(view.counts, 0, None)) * _per_standard_pixel(frame)
        for frame, view in zip(frames, views, strict=True)
        if view is not None
    ]
    return Input(np.stack(planes), frames)


def two_view_target(labels: LabelMaps, made: Input) -> Floats:
    """Shares of metastasis, benign finding and bladder, (6, 480, 128): each anterior, then posterior."""
    drawn = []
    for maps, codes in ((labels.lesion, (1,)), (labels.lesion, BENIGN), (labels.organ, (BLADDER,))):
        for frame in made.frames:
            there = maps.get(frame.view)
            mask = np.zeros(frame.shape, np.uint8) if there is None else np.isin(there, codes)
            drawn.append(frame.covered(mask))
    return np.stack(drawn)


def _frame(view: View, plane: int) -> ViewFrame:
    top, bottom, middle = body_box(view.counts)
    rows, cols = view.counts.shape
    down, across = view.spacing_mm or (_guessed(bottom - top), _guessed(bottom - top))
    height, width = ROWS * PIXEL_MM / down, COLS * PIXEL_MM / across
    start = top - MARGIN * PIXEL_MM / down
    left = middle - width / 2
    mirrored = view.name is ViewName.POSTERIOR
    return ViewFrame(
        view.name,
        (rows, cols),
        (start, left, start + height, left + width),
        (0, 0, ROWS, COLS),
        plane,
        mirrored,
    )


def body_box(counts: Counts) -> tuple[float, float, float]:
    """First and last row of the body and its middle column, in pixels; the whole image when it is empty.

    A row belongs to the body when it holds over 3 % of what the 90th percentile row holds. The middle is that
    of the image where less than a hundredth of it holds counts.
    """
    rows, cols = counts.shape
    sums = np.convolve(counts.sum(axis=1, dtype=np.float64), np.ones(5) / 5, "same")
    inside = np.flatnonzero(sums > 0.03 * np.percentile(sums, 90))
    if sums.max() <= 0 or not inside.size:
        return 0.0, float(rows), cols / 2
    clipped = np.minimum(counts, np.percentile(counts, 99)).sum(axis=0, dtype=np.float64)
    total = clipped.sum()
    middle = float((clipped * (np.arange(cols) + 0.5)).sum() / total) if total > 0 else cols / 2
    return float(inside[0]), float(inside[-1] + 1), middle


def _guessed(body_rows: float) -> float:
    return TYPICAL_HEIGHT_MM / max(body_rows, 1.0)


def _per_standard_pixel(frame: ViewFrame) -> np.float32:
    """From mean counts per pixel to counts per input pixel: noise is judged by what was counted."""
    top, left, bottom, right = frame.source
    return np.float32((bottom - top) / ROWS * (right - left) / COLS)

"""One or both views as the mirrored net sees them: 4.5 mm pixels, the middle of the body in the middle."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.learning.frame import Floats, ViewFrame
from app.learning.recipe import Input, LabelMaps
from app.scan.scan import Counts, Scan, View, ViewName

PLANES = ("metastasis", "benign", "bladder", "uptake")
"""What is drawn; each on the anterior, then on the posterior view."""
ROWS, COLS = 480, 128
PIXEL_MM = 4.52
"""Two pixels of the usual 2.26 mm matrix: lesions are centimetres, the camera resolves about one."""
MARGIN = 14
"""Pixels of air above the vertex; 480 pixels are 2.17 m."""
TYPICAL_HEIGHT_MM = 1650.0
"""Stands in for the pixel spacing of a file that does not give it."""
_LESIONS = ((1,), (2, 3, 4, 5, 6))
"""Lesion classes of the first two planes: suspicious, and not."""
_ORGANS = ((4,), (2, 3, 5, 6, 7, 8))
"""Organ codes of the others: bladder; kidneys, injection, urine, other uptake and metal."""
_AXIS_REACH = 0.08
"""So far from the middle of the counts may the body's own middle lie, of the body's height."""


def mirrored_input(scan: Scan) -> Input:
    """Counts per 4.52 mm pixel, float32 (2, 480, 128): anterior, and posterior mirrored onto it.

    The vertex lies 14 pixels below the top, the line about which the body is most alike in the middle. The
    plane of a view that the scan has not is all 0, and it has no frame. Raises AppError without any view.
    """
    if not scan.views:
        raise AppError(f"{scan.case} has no view of a known side.", "Say which side it shows.")
    image = np.zeros((2, ROWS, COLS), np.float32)
    frames = []
    for plane, name in enumerate((ViewName.ANTERIOR, ViewName.POSTERIOR)):
        view = scan.view(name)
        if view is not None:
            frame = _frame(view, plane)
            image[plane] = frame.into(np.clip(view.counts, 0, None)) * _pixels_in_one(frame)
            frames.append(frame)
    return Input(image, tuple(frames))


def mirrored_target(labels: LabelMaps, made: Input) -> Floats:
    """Shares of metastasis, benign finding, bladder and other uptake, (8, 480, 128): each anterior, then
    posterior; 0 on a view that is not there."""
    drawn = np.zeros((len(PLANES), 2, ROWS, COLS), np.float32)
    kinds = [(labels.lesion, codes) for codes in _LESIONS] + [(labels.organ, codes) for codes in _ORGANS]
    for place, (maps, codes) in enumerate(kinds):
        for frame in made.frames:
            there = maps.get(frame.view)
            if there is not None:
                drawn[place, frame.plane] = frame.covered(np.isin(there, codes))
    return drawn.reshape(-1, ROWS, COLS)


def _frame(view: View, plane: int) -> ViewFrame:
    top, bottom, middle = body_box(view.counts)
    guessed = TYPICAL_HEIGHT_MM / max(bottom - top, 1.0)
    down, across = view.spacing_mm or (guessed, guessed)
    middle = body_axis(view.counts, middle, _AXIS_REACH * (bottom - top) * down / across)
    height, width = ROWS * PIXEL_MM / down, COLS * PIXEL_MM / across
    start, left = top - MARGIN * PIXEL_MM / down, middle - width / 2
    return ViewFrame(
        view.name,
        view.counts.shape,
        (start, left, start + height, left + width),
        (0, 0, ROWS, COLS),
        plane,
        mirrored=view.name is ViewName.POSTERIOR,
    )


def body_box(counts: Counts) -> tuple[float, float, float]:
    """First and last row of the body and its middle column, in pixels; the whole image when it is empty.

    A row belongs to the body when it holds over 3 % of what the 90th percentile row holds. The middle is that
    of the image where less than a hundredth of it holds counts. counts: float32 (rows, cols).
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


def body_axis(counts: Counts, near: float, reach: float) -> float:
    """The column, in pixels, about which rows are most like their mirror images, within `reach` of `near`.

    Mirrored about m, a row r lies on itself shifted: Σ r(x) r(2m - x) is the row's convolution with itself at
    2m, and its greatest sum over all rows tells m to half a pixel. Square roots tame hot places.
    counts: float32 (rows, cols).
    """
    rows, cols = counts.shape
    step = max(rows // 256, 1)
    used = counts[: rows // step * step].reshape(-1, step, cols).sum(axis=1, dtype=np.float64)
    used = np.sqrt(np.clip(used, 0, max(float(np.percentile(used, 99)), 1e-9)))
    spectrum = np.fft.rfft(used, 2 * cols, axis=1)
    alike = np.fft.irfft((spectrum**2).sum(axis=0), 2 * cols)
    middles = (np.arange(2 * cols) + 1) / 2  # pixels i and j lie about the edge (i + j + 1) / 2
    alike[np.abs(middles - near) > reach] = -1.0
    best = int(alike.argmax())
    return float(middles[best]) if alike[best] > 0 else near


def _pixels_in_one(frame: ViewFrame) -> np.float32:
    """From mean counts per pixel to counts per input pixel."""
    top, left, bottom, right = frame.source
    return np.float32((bottom - top) / ROWS * (right - left) / COLS)

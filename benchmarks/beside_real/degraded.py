"""Real and simulated scans in one shape: cropped to the body, on one grid, clipped at the top to 8 bit."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from app.annotation.geometry import Mask
from app.scan.read import read_scan
from app.scan.window import body_mask

Grey = NDArray[np.uint8]
REAL = Path(__file__).parents[2].parent / "shared" / "real"
"""Real scans that are not distributed; everything that needs them is left out where they are absent."""
ROWS, COLS = 692, 204
"""The grid on which the bodies of the real pairs lie: each body fills it, whatever its proportions were."""
MARGIN = 0.0015
"""Of the body's length that the crop leaves around it, as on the real scans."""
LEVEL = (850e3, 1015e3)
"""Sums of a view's greys on the grid, 10th to 90th percentile of the real views."""
GAIN = (3.0, 5.2)
"""Greys of one count; with the blur it gives simulated flat places the noise that real ones have.

Nobody knows how the real pictures came to their size and greys. Theirs is measured as in `texture`, and by
the correlation of neighbours: 0.66 in a row, 0.55 in a column.
"""
SPREAD = (0.52, 0.65)
"""Standard deviation of that blur in rows and columns, pixels."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Both views of a scan after the same treatment; uint8 (ROWS, COLS) each, 255 = 255 counts or more."""

    case: str
    ill: bool
    anterior: Grey
    posterior: Grey


def real_pairs(ill: bool | None = None, folder: Path = REAL) -> Iterator[Pair]:
    """The real scans with both views and a known truth, or those of one truth; none where there are none."""
    if not (folder / "index.csv").exists():
        return
    with (folder / "index.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["views"] == "pair" and row["truth"]]
    for row in rows:
        if ill is None or ill == (row["truth"] == "1"):
            with np.load(folder / f"{row['file']}.npz") as stored:
                views = [_filled(stored[name]) for name in ("anterior", "posterior")]
            yield Pair(Path(row["file"]).name, row["truth"] == "1", views[0], views[1])


def simulated_pairs(cohort: Path, ill: bool | None = None) -> Iterator[Pair]:
    """The scans of a simulated cohort, or those of one truth, degraded as the real ones are."""
    with (cohort / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["case"]: row["truth"] == "1" for row in csv.DictReader(file)}
    for number, (case, sick) in enumerate(truth.items()):
        if ill is None or ill == sick:
            scan = read_scan(cohort / "scans" / f"{case}.dcm")
            assert scan.anterior is not None and scan.posterior is not None
            rng = np.random.default_rng(number)
            yield Pair(case, sick, degraded(scan.anterior.counts, rng), degraded(scan.posterior.counts, rng))


def degraded(counts: NDArray[np.float32], rng: np.random.Generator) -> Grey:
    """A view as a public picture of it: thinned, cropped, resized, clipped; counts: float32 (rows, cols)."""
    box = cropped(counts, body_mask(counts))
    level, gain = (float(np.exp(rng.uniform(*np.log(span)))) for span in (LEVEL, GAIN))
    keep = level / gain / (ROWS * COLS / box.size * float(box.sum()))
    thinned = rng.binomial(np.rint(box).astype(np.int64), min(keep, 1.0))
    return resized(thinned.astype(np.float32) * gain * max(keep, 1.0), SPREAD)


def cropped(counts: NDArray[np.float32], body: Mask) -> NDArray[np.float32]:
    """The box around the body with its margin; counts and body: (rows, cols)."""
    return counts[box_of(counts.shape, body)]


def box_of(shape: tuple[int, ...], body: Mask) -> tuple[slice, slice]:
    """Rows and columns of the box around a body with its margin, of a view of this shape."""
    spans = []
    for axis, length in enumerate(shape):
        there = np.flatnonzero(body.sum(axis=1 - axis) >= 3)
        edge = round(MARGIN * shape[0])
        spans.append(slice(max(int(there[0]) - edge, 0), min(int(there[-1]) + 1 + edge, length)))
    return spans[0], spans[1]


def resized(box: NDArray[np.float32], spread: tuple[float, float] = (0.0, 0.0)) -> Grey:
    """The picture on the grid, blurred, 8 bit, what is above clipped; box: float32 (rows, cols)."""
    picture = np.asarray(Image.fromarray(box).resize((COLS, ROWS), Image.Resampling.BILINEAR))
    smooth = ndimage.gaussian_filter(picture, spread)
    return np.asarray(np.clip(np.rint(smooth), 0, 255), np.uint8)


def _filled(view: Grey) -> Grey:
    """A stored real view without the empty frame around it; uint8 (1024, 256) to (ROWS, COLS)."""
    rows, cols = (np.flatnonzero((view > 0).sum(axis=axis) > 3) for axis in (1, 0))
    return resized(view[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].astype(np.float32))

"""How a scan becomes a small inverse-grey picture."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.gui.thumbnail import Grey, Thumbnail
from app.progress import Progress
from app.scan.scan import Counts
from app.workflows.scans.library import load_scan
from app.workflows.scans.scan_row import ScanRow

ROWS = 256
"""Most rows of a thumbnail."""
_BRIGHTEST = 99.5


def thumbnail(row: ScanRow, _progress: Progress) -> Thumbnail:
    """Read a scan and make its thumbnail; safe in any thread."""
    try:
        scan = load_scan(row)
    except AppError as error:
        return Thumbnail({}, str(error))
    small = {view.name: shrunk(view.counts) for view in scan.views}
    upper = max(max(float(np.percentile(each, _BRIGHTEST)) for each in small.values()), 1e-6)
    return Thumbnail({name: inverse_grey(each, upper) for name, each in small.items()})


def shrunk(counts: Counts) -> Counts:
    """The mean over square blocks so that at most `ROWS` rows are left; float32 (rows, cols)."""
    block = max(1, -(-max(counts.shape) // ROWS))
    rows, cols = (max(1, length // block) for length in counts.shape)
    cut = counts[: rows * block, : cols * block]
    if cut.shape != (rows * block, cols * block):  # narrower than one block
        return counts[::block, ::block].copy()
    means: Counts = cut.reshape(rows, block, cols, block).mean(axis=(1, 3), dtype=np.float32)
    return means


def inverse_grey(counts: Counts, upper: float) -> Grey:
    """White at no counts, black from `upper` counts on; uint8, same shape."""
    return np.ascontiguousarray(255 - np.clip(counts * (255 / upper), 0, 255).astype(np.uint8))

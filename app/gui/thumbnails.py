"""Small inverse-grey pictures of both views, made in the background, bounded in number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.gui.background import Background
from app.progress import Progress
from app.scan.scan import Counts, ViewName
from app.workflows.scans.library import ScanRow, load_scan

Grey = NDArray[np.uint8]

Key = tuple[tuple[Path, ...], bool | None]

ROWS = 256
"""Most rows of a thumbnail."""
_KEPT = 600
_WAITING = 120
_AT_ONCE = 2
_BRIGHTEST = 99.5


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """Both views, uint8 (rows, cols), white is no uptake; or why there is none."""

    views: dict[ViewName, Grey]
    reason: str = ""


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


class Thumbnails:
    """Keeps the latest thumbnails and makes those asked for, the latest wish first."""

    def __init__(self, background: Background, ready: Callable[[tuple[Path, ...]], None]) -> None:
        self._background = background
        self._ready = ready
        self._kept: OrderedDict[Key, Thumbnail] = OrderedDict()
        self._wanted: OrderedDict[Key, ScanRow] = OrderedDict()
        self._under_way: set[Key] = set()

    def get(self, row: ScanRow) -> Thumbnail | None:
        """The thumbnail, or None and it will be made soon; `ready` tells when."""
        key = (row.files, row.confirmed)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._under_way:
            self._wanted[key] = row
            self._wanted.move_to_end(key)
            while len(self._wanted) > _WAITING:  # scrolled past: asked for again when seen again
                self._wanted.popitem(last=False)
            self._work()
        return None

    def forget(self) -> None:
        """Drop everything that is kept or waiting."""
        self._kept.clear()
        self._wanted.clear()

    def _work(self) -> None:
        while self._wanted and len(self._under_way) < _AT_ONCE:
            key, row = self._wanted.popitem()
            self._under_way.add(key)
            self._background.run(
                partial(thumbnail, row),
                partial(self._arrived, key),
                partial(self._failed, key),
                title="Making a thumbnail",
            )

    def _arrived(self, key: Key, made: Thumbnail) -> None:
        self._under_way.discard(key)
        self._kept[key] = made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._ready(key[0])
        self._work()

    def _failed(self, key: Key, error: AppError) -> None:
        self._arrived(key, Thumbnail({}, str(error)))

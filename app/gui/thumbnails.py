"""Small inverse-grey pictures of both views, made in the background, bounded in number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.errors import AppError
from app.gui.background import Background
from app.gui.thumbnail import Thumbnail
from app.progress import Progress
from app.workflows.scans.scan_row import ScanRow

Key = tuple[tuple[Path, ...], bool | None]

_KEPT = 600
_WAITING = 120
_AT_ONCE = 2


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
                partial(_made, row),
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


def _made(row: ScanRow, progress: Progress) -> Thumbnail:
    from app.gui.thumbnail_picture import thumbnail

    return thumbnail(row, progress)

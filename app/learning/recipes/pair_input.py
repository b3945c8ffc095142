"""Anterior and posterior view beside each other in one picture, as four of the five papers look at a scan."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.learning.frame import Floats, ViewFrame, whole
from app.learning.normalise import body_rows, clean, min_max, thigh_counts
from app.learning.recipe import Input
from app.scan.scan import Scan, View, ViewName


def hsieh2021_input(scan: Scan, size: int = 256) -> Input:
    """Counts over those of the right thigh, float32 (1, 256, 256): both views on the left and right halves.

    Hsieh 2021 joins two views of 1024 x 256 to 1024 x 512 and shrinks that to 256 x 256. One factor, from the
    anterior view, for both. Raises AppError without both views.
    """
    views = _both(scan, "hsieh2021")
    frames = _halves(views, size, size)
    picture = _joined(views, frames, size, size) / np.float32(thigh_counts(views[0]))
    return Input(picture, frames)


def ibrahim2023_input(scan: Scan, size: int = 512) -> Input:
    """Each view stretched to 512 rows x 256 columns and to 0-1 by its own extremes: float32 (1, 512, 512).

    Ibrahim 2023 (Cancer Imaging 23:12). Raises AppError without both views.
    """
    views = _both(scan, "ibrahim2023")
    frames = _halves(views, size, size)
    picture = np.zeros((1, size, size), np.float32)
    for view, frame in zip(views, frames, strict=True):
        _, left, _, right = frame.target
        picture[0, :, left:right] = min_max(frame.into(clean(view.counts)))
    return Input(picture, frames)


def magboo_input(scan: Scan, size: int = 224) -> Input:
    """The rows with body of both views, joined, 0-1 by their common extremes: float32 (1, 224, 224).

    Magboo & Magboo cut their pictures and do not say to which size their nets take them; 224 x 224 is what
    the nets were born with. Raises AppError without both views.
    """
    views = _both(scan, "magboo")
    frames = _halves(views, size, size, body_only=True)
    return Input(min_max(_joined(views, frames, size, size)), frames)


def _both(scan: Scan, recipe: str) -> tuple[View, View]:
    if scan.anterior is None or scan.posterior is None:
        missing = ViewName.ANTERIOR if scan.anterior is None else ViewName.POSTERIOR
        raise AppError(f"{scan.case} has no {missing.value} view.", f"{recipe} needs both.")
    return scan.anterior, scan.posterior


def _halves(
    views: tuple[View, View], rows: int, cols: int, body_only: bool = False
) -> tuple[ViewFrame, ViewFrame]:
    """Frames of the anterior view on the left half of a picture and of the posterior view on the right."""
    made = []
    for place, view in enumerate(views):
        target = (0, place * cols // 2, rows, (place + 1) * cols // 2)
        frame = whole(view.name, view.counts.shape, target)
        if body_only:
            top, bottom = body_rows(view.counts)
            source = (float(top), 0.0, float(bottom), float(view.counts.shape[1]))
            frame = ViewFrame(view.name, frame.shape, source, target)
        made.append(frame)
    return made[0], made[1]


def _joined(views: tuple[View, View], frames: tuple[ViewFrame, ViewFrame], rows: int, cols: int) -> Floats:
    """Mean counts, float32 (1, rows, cols)."""
    picture = np.zeros((1, rows, cols), np.float32)
    for view, frame in zip(views, frames, strict=True):
        top, left, bottom, right = frame.target
        picture[0, top:bottom, left:right] = frame.into(clean(view.counts))
    return picture

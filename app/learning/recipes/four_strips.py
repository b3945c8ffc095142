"""A scan as Liu S et al. (Cancer Manag Res 2022) look at it: both views, light and dark, in one square."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.learning.frame import Floats, whole
from app.learning.normalise import clean
from app.learning.recipe import Input, LabelMaps
from app.scan.scan import Scan, ViewName
from app.scan.window import auto_level

SIDE = 1024
STRIPS = 4
"""Anterior and posterior light, then both dark: each 256 columns, so that no tile holds two views."""
LOOKS = 2
"""Light and dark show the same scan, and what is drawn on both is the same."""


def four_strips(scan: Scan, side: int = SIDE) -> Input:
    """Blackness on the film, 0-1, float32 (1, 1024, 1024): four strips of 256 columns.

    The light pair ends at the automatic upper level, the dark one at 0.45 of it. A view that is missing is
    air. `side`: of the square. Raises AppError when both are missing.
    """
    if not scan.views:
        raise AppError(f"{scan.case} has no view.", "Choose a whole-body scan.")
    width = side // STRIPS
    levels = auto_level([view.counts for view in scan.views])
    square = np.zeros((1, side, side), np.float32)
    frames = []
    for view in scan.views:
        left = 0 if view.name is ViewName.ANTERIOR else width
        frame = whole(view.name, view.counts.shape, (0, left, side, left + width))
        counts = frame.into(clean(view.counts))
        for start, level in ((left, levels.upper), (left + 2 * width, levels.dark.upper)):
            square[0, :, start : start + width] = np.clip(counts / np.float32(level), 0, 1)
        frames.append(frame)
    return Input(square, tuple(frames))


def four_strips_target(labels: LabelMaps, made: Input) -> Floats:
    """Shares of metastasis and bladder, (2, side, side); the same on light and dark strips."""
    side = made.image.shape[1]
    target = np.zeros((2, side, side), np.float32)
    for plane, maps in enumerate((labels.metastases, labels.bladders)):
        for frame in made.frames:
            if frame.view in maps:
                top, left, bottom, right = frame.target
                target[plane, top:bottom, left:right] = frame.covered(maps[frame.view])
    target[:, :, side // 2 :] = target[:, :, : side // 2]
    return target

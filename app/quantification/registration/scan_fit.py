"""Lays an earlier scan of a patient on a later one, view by view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.quantification.registration.demons import Field, displacement
from app.quantification.registration.frame import COLS, ROWS, BodyFrame, BodyOnView, frames_of
from app.quantification.registration.picture import framed, resampled
from app.scan.scan import View

LEVELS = ((8, 15, 9.6), (4, 15, 4.8), (2, 15, 2.4), (1, 10, 2.0))
"""Of the demons, in the frame of all bodies: both are the same body, so the last step may be fine."""


def prior_places(
    prior: View, prior_body: BodyOnView, current: View, current_body: BodyOnView
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel of the current view lies on the prior one: rows and columns, float32 (rows, cols).

    Both bodies are brought into the frame of all bodies (an affine map each) and the prior one is then bent.
    """
    (_, now), (_, before) = next(frames_of(current, current_body)), next(frames_of(prior, prior_body))
    field = _field(
        framed(prior.counts, prior_body.mask, before).picture,
        framed(current.counts, current_body.mask, now).picture,
    )
    return _through(field, now, before, current.counts.shape)


def _field(prior: NDArray[np.float32], current: NDArray[np.float32]) -> Field:
    return displacement(current, prior, LEVELS)


def _through(
    field: Field, now: BodyFrame, before: BodyFrame, shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """From the current image into the frame, along the field, and out onto the prior image."""
    size = (int(shape[0]), int(shape[1]))
    back = now.inverse
    row, column = back.places(*size)
    steps = resampled(field, back, size)
    across, down = column + steps[..., 0], row + steps[..., 1]
    x = before.matrix[0, 0] * across + before.matrix[0, 1] * down + before.offset[0]
    y = before.matrix[1, 0] * across + before.matrix[1, 1] * down + before.offset[1]
    inside = (row > -1) & (row < ROWS) & (column > -1) & (column < COLS)
    lost = np.float32(-1e6)
    return np.where(inside, y, lost).astype(np.float32), np.where(inside, x, lost).astype(np.float32)


def sampled(
    image: NDArray[np.floating] | NDArray[np.bool_], y: NDArray[np.float32], x: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The image between its pixels, in proportion; 0 outside. image: (rows, cols); y, x: float32 places."""
    rows, cols = image.shape
    padded = np.pad(image.astype(np.float32), 1)
    y, x = np.clip(y + 1, 0, rows + 0.999), np.clip(x + 1, 0, cols + 0.999)
    row, column = y.astype(np.intp), x.astype(np.intp)
    down, across = y - row, x - column
    upper = padded[row, column] * (1 - across) + padded[row, column + 1] * across
    lower = padded[row + 1, column] * (1 - across) + padded[row + 1, column + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)

"""The numbers of lesions beside their outlines: where each stands so that it covers none, and its look."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from app.gui.canvas import look

Boxes = NDArray[np.float64]
_APART = 2.0
"""Screen pixels between a number and what it stands beside."""
_REACHES = (0.0, 1.0, 2.2)
"""How far out a place may be looked for, in heights of the number."""


def tag_places(outlines: Boxes, sizes: Boxes, taken: Boxes | None = None) -> list[tuple[float, float] | None]:
    """The upper left corner of each outline's number, None where there is no place that covers nothing.

    outlines: float64 (n, 4), left, top, right, bottom of each; sizes: float64 (n, 2), width and height of
    its number; taken: float64 (m, 4), what must not be covered either; all in screen pixels. First comes the
    corner above on the right, then what is around, then further out.
    """
    taken = outlines if taken is None else np.concatenate([outlines, taken])
    found: list[tuple[float, float] | None] = []
    for box, (width, height) in zip(outlines, sizes, strict=True):
        corners = _around(box, float(width), float(height))
        boxes = np.concatenate([corners, corners + np.array((width, height))], axis=1)
        free = np.logical_not(_meet(boxes, taken).any(axis=1))
        place = int(free.argmax())
        if not free[place]:
            found.append(None)
            continue
        found.append((float(corners[place, 0]), float(corners[place, 1])))
        taken = np.concatenate([taken, boxes[place : place + 1]])
    return found


def _around(box: NDArray[np.float64], width: float, height: float) -> Boxes:
    """Upper left corners around a box, the best first; float64 (m, 2)."""
    left, top, right, bottom = box
    middle = ((left + right - width) / 2, (top + bottom - height) / 2)
    corners: list[tuple[float, float]] = []
    for reach in _REACHES:
        apart = _APART + reach * height
        before, after = left - width - apart, right + apart
        above, below = top - height - apart, bottom + apart
        corners += [
            (after, above + height / 2),
            (before, above + height / 2),
            (after, below - height / 2),
            (before, below - height / 2),
            (after, middle[1]),
            (before, middle[1]),
            (middle[0], above),
            (middle[0], below),
        ]
    return np.array(corners)


def _meet(one: Boxes, other: Boxes) -> NDArray[np.bool_]:
    """Which boxes overlap; bool (n, m)."""
    a, b = one[:, None, :], other[None, :, :]
    return np.asarray(
        (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2]) & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    )


def boxes_at(rects: Iterable[QRectF]) -> Boxes:
    """Left, top, right and bottom of rectangles; float64 (n, 4)."""
    rows = [(rect.left(), rect.top(), rect.right(), rect.bottom()) for rect in rects]
    return np.array(rows, np.float64).reshape(-1, 4)


def tag_sizes(tags: Sequence[QPixmap]) -> Boxes:
    """Width and height of pictures, float64 (n, 2) screen pixels."""
    sizes = [tag.deviceIndependentSize() for tag in tags]
    return np.array([(size.width(), size.height()) for size in sizes]).reshape(-1, 2)


@lru_cache(maxsize=1024)
def tag(text: str, font_key: str, ink: int, ratio: float, selected: bool) -> QPixmap:
    """The number of a lesion on a plate; the selected one the other way round, and larger."""
    font = QFont()
    font.fromString(font_key)
    font = look.letters(font, 1.05 if selected else 0.85)
    plate, letters = (look.ON_ACCENT, QColor(ink)) if selected else (QColor(ink), look.ON_ACCENT)
    metrics = QFontMetricsF(font)
    width, height = max(metrics.horizontalAdvance(text) + 8, metrics.height()), metrics.height()
    picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.pen(letters, 2) if selected else look.pen(look.HALO, 1))
        painter.setBrush(plate)
        painter.drawRoundedRect(QRectF(1, 1, width - 2, height - 2), 3, 3)
        painter.setFont(font)
        painter.setPen(letters)
        painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, text)
    return picture

"""Several templates say which bone a place is: each has as much say as it looks like the scan there.

Locally weighted label fusion (Artaechevarria 2009, IEEE TMI 28:1266).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.bsi import BoneMap
from app.quantification.registration.demons import Field, warped
from app.quantification.registration.frame import BodyFrame
from app.quantification.registration.picture import FramedView, Picture, blurred, resampled
from app.quantification.registration.templates import FINE

_NEAR = 2.0
"""Pixels of the frame over which likeness is averaged."""
_TOLERANCE = 0.01
"""Mean squared difference that takes a template's say down to 1/e."""
_LEAST_SAY = 1e-3
_MARGIN = 4


@dataclass(frozen=True, eq=False)
class Voice:
    """One template brought onto a view.

    `picture`: float32 (ROWS, COLS), bent. `field`: its steps. `labels`: uint8 (2 ROWS, 2 COLS), not bent.
    """

    picture: Picture
    field: Field
    labels: NDArray[np.uint8]

    @classmethod
    def of(cls, picture: Picture, field: Field, labels: NDArray[np.uint8]) -> Voice:
        """A template with the field that brings it onto the view.

        Arrays as of the class, but `picture`, float32 (ROWS, COLS), is not bent yet.
        """
        return cls(warped(picture, field), field, labels)

    def say(self, view: Picture) -> NDArray[np.float32]:
        """Its weight at each place of the frame, float32 (ROWS, COLS)."""
        unlike = blurred((self.picture - view) ** 2, _NEAR, _NEAR)
        return np.asarray(np.exp(-unlike / np.float32(_TOLERANCE)) + np.float32(_LEAST_SAY))


@dataclass(frozen=True, eq=False)
class BoneVote:
    """The outcome: `codes` uint8 (rows, cols) of the image, and how alike view and bent templates are.

    `likeness`: their correlation over the body, at most 1.
    """

    codes: BoneMap
    likeness: float


def vote(view: FramedView, voices: Sequence[Voice], frame: BodyFrame, body: Mask) -> BoneVote:
    """The bone of each pixel of an image: bone where most say bone, and then the most named one.

    body: bool (rows, cols) of the image; the map is made in the box around it.
    """
    box, shape = _box(body)
    back = frame.inverse.shifted(box[1].start, box[0].start)
    y, x = (each.astype(np.float32) for each in back.places(*shape))
    likes = [voice.say(view.picture) for voice in voices]
    says = [resampled(like, back, shape) for like in likes]
    named = [_named(voice, back, shape, y, x) for voice in voices]
    total = np.sum(says, axis=0, dtype=np.float32)
    bone = np.sum([say * (codes > 0) for say, codes in zip(says, named, strict=True)], axis=0)
    best = np.zeros(shape, np.float32)
    codes: BoneMap = np.zeros(shape, np.uint8)
    for own in named:
        share = np.zeros(shape, np.float32)
        for say, other in zip(says, named, strict=True):
            share += say * (other == own)
        better = (share > best) & (own > 0)
        best[better], codes[better] = share[better], own[better]
    codes[bone <= total / 2] = 0
    whole = np.zeros(body.shape, np.uint8)
    whole[box] = codes
    expected = np.average([voice.picture for voice in voices], axis=0, weights=likes)
    return BoneVote(whole, _correlation(expected, view))


def _box(body: Mask) -> tuple[tuple[slice, slice], tuple[int, int]]:
    """Rows and columns around a body, and how many they are."""
    spans = []
    for axis, length in ((1, body.shape[0]), (0, body.shape[1])):
        there = np.flatnonzero(body.any(axis=axis))
        spans.append(slice(max(int(there[0]) - _MARGIN, 0), min(int(there[-1]) + 1 + _MARGIN, length)))
    rows, cols = spans
    return (rows, cols), (rows.stop - rows.start, cols.stop - cols.start)


def _correlation(expected: NDArray[np.floating], view: FramedView) -> float:
    """Correlation over the body of the view or of the templates, where the camera looked."""
    where = view.seen & ((expected > 0) | (view.picture > 0))
    ours, theirs = expected[where], view.picture[where]
    if ours.size < 2 or ours.std() == 0 or theirs.std() == 0:
        return 0.0
    return float(np.corrcoef(ours, theirs)[0, 1])


def _named(
    voice: Voice,
    back: BodyFrame,
    shape: tuple[int, int],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> BoneMap:
    """The code that one template has for each pixel of the image; 0 beyond its frame."""
    steps = resampled(voice.field, back, shape)
    row = np.rint((y + steps[..., 1] + 0.5) * FINE - 0.5).astype(np.int32)
    column = np.rint((x + steps[..., 0] + 0.5) * FINE - 0.5).astype(np.int32)
    rows, cols = voice.labels.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < cols)
    codes = voice.labels[row.clip(0, rows - 1), column.clip(0, cols - 1)]
    return np.where(inside, codes, np.uint8(0))

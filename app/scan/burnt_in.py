"""What was written into a picture of a scan or lies at its edge, and is no part of the patient.

Only what is surely no body is found; letters that touch the body stay, and so does a border of another grey.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.scan.pictures import border_level
from app.scan.scan import Counts, Scan, View
from app.scan.window import body_mask

Mask = NDArray[np.bool_]

LIT = 0.06
"""Share of the picture's range above air from which a pixel shows something."""
INK = 0.5
"""Letters and borders are at least so bright, as a share of the range: they are drawn in the last grey."""
ONE_LEVEL, INKED = 0.2, 0.4
"""In a letter the second share of the lit pixels is as bright as the brightest, to the first share of it.

A point that a camera blurs has 8 %, and less than 40 % unless it is clipped at a fifth of its height."""
TALL, STROKE = 0.06, 0.006
"""A letter's height and half the width of its strokes are at most so large a share of the picture's rows."""
LEAST = 8
"""A letter has at least so many pixels of ink."""
APART = 0.004
"""Letters lie at least so far from the body, as a share of the rows."""
BAND, FILLED = 0.06, 0.85
"""A border takes at most the first share of a side, and at least the second share of each of its lines."""

_AROUND = np.ones((3, 3), np.bool_)


def without_burnt_in(scan: Scan) -> tuple[Scan, int]:
    """The scan with letters, markers and bright borders blanked, and how many pixels these were.

    A scan with counts is given back as it is: nothing is burnt into counts.
    """
    if not scan.display_only:
        return scan, 0
    found = {view.name: burnt_in(view.counts) for view in scan.views}
    blanked = sum(int(mask.sum()) for mask in found.values())
    if not blanked:
        return scan, 0
    views = {view.name.value: _blanked(view, found[view.name]) for view in scan.views}
    return replace(scan, anterior=views.get("anterior"), posterior=views.get("posterior")), blanked


def burnt_in(picture: Counts) -> Mask:
    """Letters, markers and borders of a picture with uptake high; bool (rows, cols)."""
    air = border_level(picture)
    brightest = float(picture.max())
    if not brightest > air:
        return np.zeros(picture.shape, np.bool_)
    share = np.clip((picture - air) / (brightest - air), 0, 1).astype(np.float32)
    borders = _borders(share)
    return borders | _letters(np.where(borders, np.float32(0), share))


def _blanked(view: View, found: Mask) -> View:
    return replace(view, counts=np.where(found, np.float32(border_level(view.counts)), view.counts))


def _borders(share: Counts) -> Mask:
    """Lines along the edges that are bright and of one level nearly all along; share: 0-1 (rows, cols)."""
    found = np.zeros(share.shape, np.bool_)
    for turned, into in ((share, found), (share.T, found.T)):
        most = int(BAND * len(turned))
        for lines, marks in ((turned, into), (turned[::-1], into[::-1])):
            level = np.median(lines[:most], axis=1)
            along = (np.abs(lines[:most] - level[:, None]) <= LIT).mean(axis=1)
            bright = (level >= INK) & (along >= FILLED)
            marks[: int(np.argmin(np.append(bright, False)))] = True
    return found


def _letters(share: Counts) -> Mask:
    """Things of one bright level and thin strokes that lie apart from the body; share: 0-1 (rows, cols)."""
    from scipy.ndimage import binary_closing, binary_dilation, distance_transform_edt, find_objects, label

    pieces, _ = label(share > LIT, _AROUND)
    bodies, many = label(body_mask(share), _AROUND)
    found = np.zeros(share.shape, np.bool_)
    if not many:
        return found
    largest = 1 + int(np.bincount(bodies.ravel())[1:].argmax())
    apart = max(round(APART * len(share)), 2)
    near = np.unique(pieces[binary_dilation(bodies == largest, iterations=apart)])
    widest = max(STROKE * len(share), 2.0)
    for number, place in enumerate(find_objects(pieces), 1):
        if number in near or place[0].stop - place[0].start > TALL * len(share):
            continue
        piece = np.pad(pieces[place] == number, 2)
        inside = share[place][piece[2:-2, 2:-2]]
        ink = int((inside >= (1 - ONE_LEVEL) * inside.max()).sum())
        if inside.max() < INK or ink < max(INKED * len(inside), LEAST):
            continue
        solid = binary_closing(piece, _AROUND)  # holes of noise make no stroke of a limb
        if distance_transform_edt(solid).max() <= widest:
            found[place] |= piece[2:-2, 2:-2]
    return found

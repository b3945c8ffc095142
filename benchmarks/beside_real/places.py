"""Places of the body on a degraded view: the fitted bone regions, and parts of them in their own coordinates.

Each place is a mask; those with two sides have one for each. What a view does not show is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.geometry import Mask
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.quantification.registration.bone_fit import fit_bones
from app.scan.scan import Scan, View, ViewName
from app.scan.window import body_mask
from benchmarks.beside_real.landmarks import Landmarks, landmarks

FRAME = 12
"""Empty pixels put around a view, so that the body does not run out of it."""
SPACING_MM = (2.45, 2.45)
"""Nominal: 1.70 m over the rows of the grid."""
SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class Placed:
    """A view and its fitted bones; image float32, codes uint8, body bool, all (rows, cols)."""

    name: ViewName
    image: NDArray[np.float32]
    codes: BoneMap
    body: Mask
    marks: Landmarks
    likeness: float

    def bone(self, name: str, side: str = "") -> Mask:
        """Where a bone region was fitted, of one side or of both; bool (rows, cols)."""
        wanted = [b.code for b in bone_table().bones if b.name == name and side in ("", b.side)]
        return np.isin(self.codes, wanted)


def placed(anterior: NDArray[np.uint8], posterior: NDArray[np.uint8]) -> dict[ViewName, Placed]:
    """Both views, uint8 (rows, cols), with the bones fitted to them."""
    views = [
        View(name, np.pad(grey, FRAME).astype(np.float32), SPACING_MM)
        for name, grey in zip(ViewName, (anterior, posterior), strict=True)
    ]
    fitted = fit_bones(Scan("", *views))
    bodies = [body_mask(view.counts) for view in views]
    marks = [landmarks(view.counts, body) for view, body in zip(views, bodies, strict=True)]
    front, back = marks
    marks = [front.with_rows_of(back), replace(back.with_rows_of(front), crest=back.crest)]
    empty = np.zeros(views[0].counts.shape, np.uint8)
    return {
        view.name: Placed(
            view.name, view.counts, fitted.maps.get(view.name, empty), body, mark,
            fitted.quality.get(view.name, 0.0),
        )
        for view, body, mark in zip(views, bodies, marks, strict=True)
    }  # fmt: skip


def part(mask: Mask, first: float, last: float) -> Mask:
    """The rows of a mask between two shares of its height, from its top; bool (rows, cols)."""
    rows = np.flatnonzero(mask.any(axis=1))
    kept = np.zeros_like(mask)
    if rows.size:
        length = rows[-1] - rows[0] + 1
        band = slice(int(rows[0] + first * length), int(np.ceil(rows[0] + last * length)))
        kept[band] = mask[band]
    return kept


def near(mask: Mask, pixels: int) -> Mask:
    """The mask and what lies so near to it."""
    return np.asarray(ndimage.binary_dilation(mask, iterations=pixels)) if mask.any() else mask


def meeting(one: Mask, other: Mask, pixels: int) -> Mask:
    """Where two masks are near each other."""
    return near(one, pixels) & near(other, pixels)


def box(view: Placed, rows: tuple[float, float], away: tuple[float, float], side: str = "") -> Mask:
    """The body between two rows and two distances from the midline in pixels, of one side or of both."""
    across = np.arange(view.image.shape[1]) - view.marks.midline
    left = -1 if view.name is ViewName.POSTERIOR else 1
    far = np.abs(across) if not side else across * (left if side == "left" else -left)
    there = np.zeros_like(view.body)
    there[max(round(rows[0]), 0) : max(round(rows[1]), 0)] = (far >= away[0]) & (far < away[1])
    return there & view.body


def _crest(view: Placed, rows: tuple[float, float], away: tuple[float, float], side: str = "") -> Mask:
    """A box in rows below the iliac crest."""
    crest = view.marks.crest
    return box(view, (crest + rows[0], crest + rows[1]), away, side)


def _knees(view: Placed, rows: tuple[float, float], side: str = "") -> Mask:
    """A box in rows below the knees."""
    knees = view.marks.knees
    return box(view, (knees + rows[0], knees + rows[1]), (0, 75), side)


def _thigh(view: Placed, side: str = "") -> Mask:
    """The middle of the thigh, below the hands."""
    crest, knees = view.marks.crest, view.marks.knees
    return box(view, (knees - 0.45 * (knees - crest), knees - 40), (0, 75), side)


def _calf(view: Placed, side: str = "") -> Mask:
    return box(view, (view.marks.knees + 40, view.marks.ankles - 30), (0, 90), side)


def _feet(view: Placed, side: str = "") -> Mask:
    return box(view, (view.marks.ankles - 8, view.marks.top + view.marks.length), (0, 110), side)


def _shoulder(view: Placed, side: str) -> Mask:
    row = view.marks.shoulders
    return box(view, (row - 16, row + 24), (38, 85), side)


def _kidney(view: Placed, side: str) -> Mask:
    return _crest(view, (-58, -8), (14, 44), side)


def _clavicle(view: Placed, side: str) -> Mask:
    """The middle third of the clavicle, across."""
    bone = near(view.bone("clavicle", side), 2)
    cols = np.flatnonzero(bone.any(axis=0))
    if cols.size:
        third = cols.size // 3
        bone[:, : cols[0] + third] = bone[:, cols[-1] + 1 - third :] = False
    return bone


TWO_SIDED: dict[str, Callable[[Placed, str], Mask]] = {
    "shoulder": _shoulder,
    "acromioclavicular": lambda v, s: near(meeting(v.bone("clavicle", s), v.bone("scapula", s), 5), 3),
    "clavicle, middle": _clavicle,
    "sternoclavicular": lambda v, s: meeting(v.bone("clavicle", s), v.bone("sternum"), 5),
    "humerus": lambda v, s: part(v.bone("humerus", s), 0.3, 0.75),
    "elbow": lambda v, s: near(meeting(v.bone("humerus", s), v.bone("forearm", s), 6), 8),
    "forearm": lambda v, s: part(v.bone("forearm", s), 0.25, 0.75),
    "hand": lambda v, s: near(v.bone("hand", s), 4) & ~near(v.bone("femur") | v.bone("hemipelvis"), 3),
    "scapula": lambda v, s: v.bone("scapula", s),
    "scapular tip": lambda v, s: near(part(v.bone("scapula", s), 0.65, 1), 3),
    "ribs": lambda v, s: v.bone("ribs", s),
    "upper ribs": lambda v, s: part(v.bone("ribs", s), 0.1, 0.4),
    "lower ribs": lambda v, s: part(v.bone("ribs", s), 0.55, 0.9),
    "ribs beside the spine": lambda v, s: v.bone("ribs", s) & near(v.bone("thoracic spine"), 9),
    "iliac rim": lambda v, s: _crest(v, (-6, 42), (26, 68), s),
    "iliac wing": lambda v, s: _crest(v, (10, 30), (26, 44), s),
    "SI joint": lambda v, s: _crest(v, (2, 44), (8, 28), s),
    "ischium": lambda v, s: _crest(v, (62, 92), (8, 34), s),
    "hip": lambda v, s: _crest(v, (52, 86), (36, 64), s),
    "thigh": _thigh,
    "distal femur": lambda v, s: _knees(v, (-34, -12), s),
    "knee": lambda v, s: _knees(v, (-20, 24), s),
    "tibia": _calf,
    "foot": _feet,
    "kidney": _kidney,
}
"""Places that the left and the right side have; each gives bool (rows, cols)."""


ON_MIDLINE: dict[str, Callable[[Placed], Mask]] = {
    "skull vault": lambda v: part(v.bone("skull"), 0.05, 0.5),
    "face": lambda v: part(v.bone("skull"), 0.6, 1),
    "jaw": lambda v: v.bone("mandible"),
    "neck": lambda v: v.bone("cervical spine"),
    "manubrium": lambda v: part(v.bone("sternum"), 0, 0.3),
    "sternum": lambda v: part(v.bone("sternum"), 0.35, 0.9),
    "upper T spine": lambda v: part(v.bone("thoracic spine"), 0, 0.4),
    "lower T spine": lambda v: part(v.bone("thoracic spine"), 0.5, 1),
    "L spine": lambda v: v.bone("lumbar spine"),
    "sacrum": lambda v: _crest(v, (18, 46), (0, 9)),
    "bladder": lambda v: _crest(v, (42, 84), (0, 22)),
    "urine below": lambda v: _crest(v, (88, 125), (0, 10)),
    "abdomen": lambda v: _crest(v, (-30, -4), (18, 42)),
}
"""Places on the midline, of organs and of soft tissue; each gives bool (rows, cols)."""

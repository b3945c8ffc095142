"""Numbers that mean the same on a real and on a simulated view: ratios, sides, proportions, texture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.geometry import Mask
from app.scan.scan import ViewName
from benchmarks.beside_real import texture
from benchmarks.beside_real.places import ON_MIDLINE, SIDES, TWO_SIDED, Placed, placed

SMOOTH = 1.5
"""Pixels of the grid, 3.7 mm: noise of single pixels does not make a place hot."""
LEAST = 12
"""Pixels under which a place is not measured."""
SHAFT = ("thigh", 93)
"""The unit of every ratio: the femoral shaft as this percentile of the middle of the thighs."""
SOFT, MIDDLE, HIGH, HOT = 25, 50, 75, 95
"""Percentiles taken as levels: of soft tissue, of wide places, of fitted bones, of a joint in its box."""
SHARES: dict[str, tuple[int, ...]] = {
    "thigh": (SOFT, 93),
    "tibia": (SOFT, 93),
    "abdomen": (SOFT,),
    "bladder": (98,),
    "urine below": (98,),
    "kidney": (HOT,),
    "iliac wing": (MIDDLE,),
    "ribs": (MIDDLE, HOT),
    "shoulder": (HIGH, 97),
    "foot": (HIGH, HOT),
    "knee": (HIGH, 97),
    **dict.fromkeys(("hip", "elbow", "hand", "iliac rim", "SI joint", "acromioclavicular"), (HOT,)),
    **dict.fromkeys(("ischium", "distal femur", "humerus", "forearm", "scapular tip"), (90,)),
}
"""Percentiles of each place; `HIGH` for those not named."""
TITLES = {("thigh", SOFT): "soft tissue, thigh", ("tibia", SOFT): "soft tissue, calf",
          ("abdomen", SOFT): "soft tissue, abdomen", ("thigh", 93): "femur shaft"}  # fmt: skip
_BEHIND = {"upper T spine", "lower T spine", "sacrum", "SI joint", "kidney", "ribs beside the spine",
           "scapula", "scapular tip"}  # fmt: skip
_BEFORE = {
    "face",
    "jaw",
    "manubrium",
    "sternum",
    "sternoclavicular",
    "clavicle, middle",
    "bladder",
    "urine below",
}
HERE = {
    ViewName.ANTERIOR: {*ON_MIDLINE, *TWO_SIDED} - _BEHIND,
    ViewName.POSTERIOR: {*ON_MIDLINE, *TWO_SIDED} - _BEFORE,
}
"""Which places are measured on which view."""


def features(anterior: NDArray[np.uint8], posterior: NDArray[np.uint8]) -> dict[str, float]:
    """All numbers of a scan from its degraded views, uint8 (rows, cols); not-a-number where one is not seen.

    Names are "view: kind: place"; the kinds are ratio (to the femoral shaft), side (|left - right| : their
    sum), shape (share of the body's length, or of its width where it says so) and texture.
    """
    found: dict[str, float] = {}
    for name, view in placed(anterior, posterior).items():
        numbers = {**_levels(view), **_shape(view), **texture.measured(view), **_focal(view)}
        found |= {f"{name.value}: {key}": value for key, value in numbers.items()}
    return found


def title(name: str, share: int) -> str:
    """What the percentile of a place is called."""
    hottest = share > 90 and len(SHARES.get(name, ())) > 1
    return TITLES.get((name, share), f"{name}, hottest" if hottest else name)


def _levels(view: Placed) -> dict[str, float]:
    """Level of each place over the femoral shaft's, and how unequal its sides are."""
    smooth = ndimage.gaussian_filter(view.image, SMOOTH)
    shaft = shaft_of(view, smooth)
    found: dict[str, float] = {}
    for name in HERE[view.name]:
        for share in SHARES.get(name, (HIGH,)):
            if name in ON_MIDLINE:
                found[f"ratio: {title(name, share)}"] = (
                    _percentile(smooth, ON_MIDLINE[name](view), share) / shaft
                )
                continue
            left, right = (_percentile(smooth, TWO_SIDED[name](view, side), share) for side in SIDES)
            if (name, share) != SHAFT:
                found[f"ratio: {title(name, share)}"] = (left + right) / 2 / shaft
            if share != SOFT:
                found[f"side: {title(name, share)}"] = abs(left - right) / (left + right)
    found["ratio: hottest of all"] = float(np.percentile(smooth[view.body], 99.9)) / shaft
    return dict(sorted(found.items()))


def shaft_of(view: Placed, smooth: NDArray[np.float32]) -> float:
    """The level of the femoral shafts, in counts of the smoothed view, float32 (rows, cols)."""
    name, share = SHAFT
    return float(np.mean([_percentile(smooth, TWO_SIDED[name](view, side), share) for side in SIDES]))


def _percentile(image: NDArray[np.float32], where: Mask, share: float) -> float:
    return float(np.percentile(image[where], share)) if where.sum() >= LEAST else float("nan")


@dataclass(frozen=True)
class Extent:
    """How far a place reaches, in pixels; not-a-number where it is not seen."""

    top: float
    end: float
    left: float
    right: float
    middle: float

    @classmethod
    def of(cls, mask: Mask) -> Extent:
        """The span of a mask without its outermost per cent, and its mean column."""
        rows, cols = np.nonzero(mask)
        if rows.size < LEAST:
            return cls(*[float("nan")] * 5)
        top, end = np.percentile(rows, (1, 99))
        left, right = np.percentile(cols, (1, 99))
        return cls(float(top), float(end), float(left), float(right), float(cols.mean()))


def _shape(view: Placed) -> dict[str, float]:
    """Lengths over the body's length; widths over each other, since the grid stretches them all alike."""

    def bone(name: str) -> Extent:
        return Extent.of(view.bone(name))

    def apart(name: str) -> float:
        left, right = (Extent.of(TWO_SIDED[name](view, side)).middle for side in SIDES)
        return abs(left - right)

    def width(name: str) -> float:
        return bone(name).right - bone(name).left

    marks = view.marks
    cols = np.flatnonzero(view.body.sum(axis=0) >= 3)
    length, across = float(marks.length), float(cols[-1] - cols[0])
    return {
        "shape: neck : ribs": _width(view, (0.105, 0.145)) / width("ribs"),
        "shape: T spine : ribs": _width(view, (0.2, 0.3)) / width("ribs"),
        "shape: L spine : ribs": _width(view, (0.32, 0.39)) / width("ribs"),
        "shape: shoulders, from the crown": (marks.shoulders - marks.top) / length,
        "shape: crest, from the crown": (marks.crest - marks.top) / length,
        "shape: knees, from the crown": (marks.knees - marks.top) / length,
        "shape: tarsus, from the crown": (marks.ankles - marks.top) / length,
        "shape: skull, length": (bone("skull").end - bone("skull").top) / length,
        "shape: ribs, length": (bone("ribs").end - bone("ribs").top) / length,
        "shape: spine, length": (bone("lumbar spine").end - bone("thoracic spine").top) / length,
        "shape: ribs : whole width": width("ribs") / across,
        "shape: shoulders : ribs": apart("humerus") / width("ribs"),
        "shape: pelvis : ribs": width("hemipelvis") / width("ribs"),
        "shape: skull : ribs": width("skull") / width("ribs"),
        "shape: legs apart : ribs": apart("distal femur") / width("ribs"),
    }


def _width(view: Placed, rows: tuple[float, float]) -> float:
    """Full width at half height of what stands on the midline, pixels; rows: shares of the body's length."""
    marks = view.marks
    near = slice(max(round(marks.midline) - 24, 0), round(marks.midline) + 25)
    band = slice(*(round(marks.top + share * marks.length) for share in rows))
    smooth = ndimage.gaussian_filter(view.image, (5, 1))[band, near]
    widths = []
    for profile in smooth:
        at = int(np.argmax(profile[12:-12])) + 12
        half = (profile[at] + profile.min()) / 2
        parts, _ = ndimage.label(profile > half)
        widths.append(float((parts == parts[at]).sum()))
    return float(np.mean(widths))


FOCAL_PIXELS, FOCAL_TOLERANCE = 60, 7
"""Hottest pixels of 4.9 mm that are asked, and how wide around its mirrored place each finds its like."""


def _focal(view: Placed) -> dict[str, float]:
    """What the hottest one-sided places have more than the other side, over the femoral shaft's level."""
    middle = round(view.marks.midline)
    half = min(middle, view.image.shape[1] - 1 - middle)
    around = ndimage.gaussian_filter(view.image, 1.0)[:, middle - half : middle + half + 1]
    around = around[::2, ::2]
    excess = around - ndimage.maximum_filter(around[:, ::-1], FOCAL_TOLERANCE)
    shaft = shaft_of(view, ndimage.gaussian_filter(view.image, SMOOTH))
    top = np.sort(excess.ravel())[-FOCAL_PIXELS:]
    return {"side: focal one-sided excess": float(top.mean() / shaft)}


def table(found: list[Mapping[str, float]]) -> tuple[list[str], NDArray[np.float64]]:
    """Names, and the numbers of each scan as float64 (scans, names); not-a-number where one is missing."""
    names = list(dict.fromkeys(name for each in found for name in each))
    return names, np.array([[each.get(name, np.nan) for name in names] for each in found], np.float64)

"""Ground truth out of the same geometry as the image: label maps and the true skeletal involvement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.annotation.label_codes import FindingCode, OrganCode
from app.quantification.bones import bone_table
from app.simulator.camera import SeenPoints
from app.simulator.field import COARSE, COLS, ROWS, Image, refine
from app.simulator.focus import Focus
from app.simulator.patches import Shadow
from app.simulator.skeleton.builder import Skeleton
from app.simulator.tissue import Tissue

Map = NDArray[np.uint8]

_FLOOR = 0.05
"""A pixel is bone above this share of the typical bone pixel."""


@dataclass(frozen=True, eq=False)
class SimulatedFinding:
    """One finding with its truth: the focus, and how it shows in each view (None outside the field)."""

    number: int
    focus: Focus
    shadows: tuple[Shadow | None, Shadow | None]

    @property
    def malignant(self) -> bool:
        """Whether it is a metastasis."""
        return self.focus.plan.lesion_class is FindingCode.METASTASIS

    @property
    def best_cnr(self) -> float:
        """Contrast-to-noise ratio in the view that shows it better."""
        return max((shadow.cnr for shadow in self.shadows if shadow), default=0.0)


@dataclass(frozen=True, eq=False)
class TrueMaps:
    """Label maps of both views in image orientation, uint8 (2, rows, cols), anterior first, 0 = nothing.

    `lesion` holds FindingCode, `region` the bone region, `organ` OrganCode, `finding` its number.
    """

    lesion: Map
    region: Map
    organ: Map
    finding: Map


def region_maps(skeleton: Skeleton, seen: SeenPoints) -> Map:
    """Which bone region gives most counts to each pixel, uint8 (2, rows, cols)."""
    groups, sides = _grouping()
    group = groups[skeleton.region]
    side = np.where(sides[skeleton.region], 1.0, -1.0).astype(np.float32)
    count, height, width = int(groups.max()) + 1, ROWS // COARSE, COLS // COARSE
    code = _codes(count)
    result = np.zeros((2, ROWS, COLS), np.uint8)
    for view in (0, 1):
        kept = seen.pixel[view] >= 0
        row, col = np.divmod(seen.pixel[view][kept], COLS)
        cell = (row // COARSE) * width + col // COARSE
        weight = (seen.gain[view] * skeleton.activity)[kept]
        flat = group[kept].astype(np.int64) * (height * width) + cell
        size = count * height * width
        stack = (
            np.bincount(flat, weights=weight, minlength=size).astype(np.float32).reshape(count, height, width)
        )
        smooth = _box_sums(stack.reshape(count, height, width))
        total = smooth.sum(axis=0)
        highest = np.full_like(total, _FLOOR * np.percentile(total[total > 0], 60) if total.any() else 1.0)
        best = np.zeros(total.shape, dtype=np.intp)
        for index in range(1, count):  # an argmax along the first axis, several times faster
            more = smooth[index] > highest
            best[more] = index
            highest[more] = smooth[index][more]
        balance = np.bincount(cell, weights=weight * side[kept], minlength=height * width)
        left = ndimage.uniform_filter(balance.astype(np.float32).reshape(height, width), 5) > 0
        result[view] = refine(code[best, left.astype(np.int64)])
    return result


def _box_sums(stack: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums over 3 x 3 cells of every map, (k, rows, cols)."""
    down = stack.copy()
    down[:, 1:] += stack[:, :-1]
    down[:, :-1] += stack[:, 1:]
    both = down.copy()
    both[:, :, 1:] += down[:, :, :-1]
    both[:, :, :-1] += down[:, :, 1:]
    return both


def _grouping() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """For each region code: its group (both sides of a bone are one) and whether it is on the left."""
    names = list(dict.fromkeys(region.name for region in bone_table().bones))
    groups = [0] + [1 + names.index(region.name) for region in bone_table().bones]
    left = [False] + [region.side == "left" for region in bone_table().bones]
    return np.array(groups, np.uint8), np.array(left)


def _codes(count: int) -> NDArray[np.uint8]:
    """Region code of each group for right and left, uint8 (groups, 2)."""
    codes = np.zeros((count, 2), np.uint8)
    groups, _ = _grouping()
    for region in bone_table().bones:
        sides = {"right": (0,), "left": (1,), "": (0, 1)}[region.side]
        for side in sides:
            codes[groups[region.code], side] = region.code
    return codes


def lesion_maps(findings: Sequence[SimulatedFinding]) -> tuple[Map, Map]:
    """Class and number of the finding at each pixel, each uint8 (2, rows, cols); metastases lie on top."""
    classes, numbers = (np.zeros((2, ROWS, COLS), np.uint8) for _ in range(2))
    for finding in sorted(findings, key=lambda item: (item.malignant, item.best_cnr)):
        for view, shadow in enumerate(finding.shadows):
            if shadow is None or not shadow.mask.any():
                continue
            classes[view][shadow.patch.window][shadow.mask] = finding.focus.plan.lesion_class
            numbers[view][shadow.patch.window][shadow.mask] = min(finding.number, 255)
    return classes, numbers


def organ_maps(
    tissue: Tissue, organs: Sequence[tuple[OrganCode, int, Shadow]], transmission: Sequence[Image | None]
) -> Map:
    """Organs and artefacts over soft tissue, uint8 (2, rows, cols); `transmission` of metal, one per view."""
    result = np.zeros((2, ROWS, COLS), np.uint8)
    inside = (tissue.back > tissue.front).any(axis=0)
    outline = np.where(inside, np.uint8(OrganCode.SOFT_TISSUE), np.uint8(0))
    result[0], result[1] = refine(outline), refine(outline[:, ::-1])
    for organ, view, shadow in organs:
        result[view][shadow.patch.window][shadow.mask] = organ
    for view, through in enumerate(transmission):
        if through is not None:
            result[view][through < 0.9] = OrganCode.ARTEFACT
    return result


def involvement_percent(skeleton: Skeleton, metastases: Sequence[Focus]) -> float:
    """True bone-scan index: Σ mass share of a region × involved share of its volume, per cent.

    Imbriaco 1998, Clin Cancer Res 4:1765, on volumes instead of estimates by eye.
    """
    involved = np.zeros(len(skeleton.volume), dtype=bool)
    for focus in metastases:
        involved[focus.points[focus.core]] = True
    size = len(bone_table().bones) + 1
    total = np.bincount(skeleton.region, weights=skeleton.volume, minlength=size)
    ill = np.bincount(skeleton.region[involved], weights=skeleton.volume[involved], minlength=size)
    return float(
        sum(region.mass_percent * ill[region.code] / total[region.code] for region in bone_table().bones)
    )

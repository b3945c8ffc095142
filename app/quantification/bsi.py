"""Atlas-area bone-scan index: the involved share of each bone region, weighted by its share of the mass.

BSI [%] = sum over regions of m_r A_lesion,r / A_r, areas in pixels pooled over the views in which the region
is seen (Imbriaco 1998, Clin Cancer Res 4:1765, with areas in place of estimates by eye). It is not the
automated BSI of any product: no cut-off published for those applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.bones import Bone, BoneTable, bone_table
from app.scan.scan import ViewName

BoneMap = NDArray[np.uint8]
"""Bone region codes, uint8 (rows, cols), 0 where there is no bone."""


@dataclass(frozen=True)
class Involvement:
    """How much of one region is involved."""

    bone: Bone
    lesion_pixels: int
    pixels: int

    @property
    def share(self) -> float:
        """Involved share of its area, 0-1."""
        return self.lesion_pixels / self.pixels if self.pixels else 0.0

    @property
    def index_percent(self) -> float:
        """What it contributes to the index, in per cent of the skeletal mass."""
        return self.bone.mass_percent * self.share


@dataclass(frozen=True)
class BoneScanIndex:
    """The index with its parts and the table it was weighted with."""

    parts: tuple[Involvement, ...]
    weights: str

    @property
    def percent(self) -> float:
        """The index in per cent of the skeletal mass."""
        return sum(part.index_percent for part in self.parts)

    def share_of(self, *reports: str) -> float:
        """Involved share, 0-1, of the regions of these report regions together, by area."""
        parts = [part for part in self.parts if part.bone.report in reports]
        pixels = sum(part.pixels for part in parts)
        return sum(part.lesion_pixels for part in parts) / pixels if pixels else 0.0


def bone_scan_index(
    lesions: Mapping[ViewName, Mask], bones: Mapping[ViewName, BoneMap], table: BoneTable | None = None
) -> BoneScanIndex:
    """The index of a scan; `lesions` bool and `bones` uint8 (rows, cols) for each view."""
    table = table or bone_table()
    size = max(bone.code for bone in table.bones) + 1
    zeros = np.zeros(size, np.int64)
    ill, all_pixels = dict.fromkeys(ViewName, zeros), dict.fromkeys(ViewName, zeros)
    for view, codes in bones.items():
        all_pixels[view] = np.bincount(codes.ravel(), minlength=size)
        if view in lesions:
            ill[view] = np.bincount(codes[lesions[view]], minlength=size)
    parts = tuple(
        Involvement(
            bone,
            sum(int(ill[view][bone.code]) for view in bone.views),
            sum(int(all_pixels[view][bone.code]) for view in bone.views),
        )
        for bone in table.bones
    )
    return BoneScanIndex(parts, table.title)

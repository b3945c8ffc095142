"""Which bones and which region of the report a lesion belongs to, from all its pixels on both views."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.annotation.geometry import Mask
from app.annotation.report_regions import REPORT_REGIONS
from app.quantification.bones import Bone, bone_table
from app.quantification.bsi import BoneMap
from app.quantification.told_bones import codes_named
from app.report.bone_scan.facts import UNPLACED
from app.scan.scan import Counts, ViewName

_SPREAD = 0.25
"""From this share of a lesion's weight on, a second bone or region is named too."""
_NEAR = 12
"""Pixels around a lesion in which the nearest bone is looked for when it lies on none."""

Votes = dict[int, float]
"""Weight of each bone code."""


def votes_of(
    masks: Mapping[ViewName, Mask], counts: Mapping[ViewName, Counts], bones: Mapping[ViewName, BoneMap]
) -> Votes:
    """How much of a lesion lies on each bone, both views together.

    A pixel weighs the square of the lesion's mean on its view: of bones one behind the other, the lesion lies
    on that of the view which shows it hotter (attenuation 0.15 / cm). A bone that a view shows badly counts
    there only without a rival.

    masks: bool, counts: float32, bones: uint8 (rows, cols) of each view.
    """
    well: Votes = {}
    badly: Votes = {}
    for view, mask in masks.items():
        if view not in bones or not mask.any():
            continue
        weight = max(float(counts[view][mask].mean(dtype=np.float64)), 1e-6) ** 2
        codes = bones[view][mask]
        codes = codes[codes > 0]
        if not codes.size:
            codes = _nearest(mask, bones[view])
        for code, number in zip(*np.unique(codes, return_counts=True), strict=True):
            votes = well if view in bone_table().of(int(code)).views else badly
            votes[int(code)] = votes.get(int(code), 0.0) + weight * float(number)
    return well or badly


def bones_of_votes(votes: Votes) -> tuple[Bone, ...]:
    """The bones with most weight, the main one first; a second from a quarter of all on."""
    ranked = sorted(votes, key=lambda code: -votes[code])[:2]
    total = sum(votes.values())
    kept = ranked[:1] + [code for code in ranked[1:] if votes[code] > _SPREAD * total]
    return tuple(bone_table().of(code) for code in kept)


def regions_of_votes(votes: Votes) -> tuple[str, ...]:
    """The report regions with most weight, the main one first; a second from a quarter on; never empty."""
    by_region: dict[str, float] = {}
    for code, number in votes.items():
        report = bone_table().of(code).report
        by_region[report] = by_region.get(report, 0.0) + number
    ranked = sorted(by_region, key=lambda region: (-by_region[region], REPORT_REGIONS.index(region)))[:2]
    total = sum(by_region.values())
    kept = ranked[:1] + [region for region in ranked[1:] if by_region[region] > _SPREAD * total]
    return tuple(kept) or (UNPLACED,)


def votes_of_names(names: tuple[str, ...]) -> Votes:
    """Votes out of bone names that a person chose, as "rib left", "sacrum" or a region of the report."""
    return {code: 1.0 for name in names for code in codes_named(name)[:1]}


def _nearest(mask: Mask, bones: BoneMap) -> np.ndarray:
    """The code of the bone pixel nearest to a lesion's middle, uint8 (1,); empty when none is near."""
    rows, cols = np.nonzero(mask)
    top, left = max(int(rows.min()) - _NEAR, 0), max(int(cols.min()) - _NEAR, 0)
    window = bones[top : int(rows.max()) + _NEAR + 1, left : int(cols.max()) + _NEAR + 1]
    bone_rows, bone_cols = np.nonzero(window)
    if not bone_rows.size:
        return np.empty(0, np.uint8)
    away = (bone_rows + top - rows.mean()) ** 2 + (bone_cols + left - cols.mean()) ** 2
    place = int(away.argmin())
    return np.asarray(window[bone_rows[place], bone_cols[place]]).reshape(1)

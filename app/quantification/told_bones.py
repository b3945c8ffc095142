"""The bones that persons named, in the region maps that everything is measured by: a person knows better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from app.annotation.annotation import Annotation
from app.annotation.class_names import word_key
from app.annotation.classes import METASTASIS
from app.annotation.geometry import to_mask
from app.annotation.region import Region
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.scan.scan import ViewName


def told_bones(annotation: Annotation, bones: Mapping[ViewName, BoneMap]) -> dict[ViewName, BoneMap]:
    """The region maps with every outline on the bone that a person said it lies on, uint8 (rows, cols) each.

    What is said of one region of a lesion holds for its others too. A name of several bones ("rib", "pelvis")
    takes that of them which most of the outline lies on, or which is nearest. Names that the table does not
    have, and suggestions of the program, change nothing.
    """
    of_lesion: dict[str, str] = {}
    for region in annotation.regions:
        if told_name(region):
            of_lesion.setdefault(region.lesion, told_name(region))
    made = {}
    for view, codes in bones.items():
        told = codes.copy()
        for region in sorted(annotation.on(view), key=lambda region: region.label == METASTASIS):
            named = codes_named(told_name(region) or of_lesion.get(region.lesion, ""))
            if named and not region.is_point:
                mask = to_mask(region.vertices, codes.shape)
                off = mask & ~np.isin(codes, named)
                if off.any():
                    told[off] = _one_of(named, codes, mask)
        made[view] = told
    return made


def told_name(region: Region) -> str:
    """The bone that a person named, "" where only the program has suggested one."""
    return "" if region.bone_suggested else region.bone.strip()


def names_beside_table(regions: Iterable[Region]) -> tuple[str, ...]:
    """The bones that persons named and the table does not have, such as "L3"."""
    told = dict.fromkeys(name for region in regions if (name := told_name(region)))
    return tuple(name for name in told if not codes_named(name))


def codes_named(name: str) -> list[int]:
    """The codes of the bones of that name, with or without its side, or of that region of the report."""
    if not name:
        return []
    key = sorted(word_key(name).split())
    bones = bone_table().bones
    for names in (
        {bone.code: bone.title for bone in bones},
        {bone.code: bone.name for bone in bones},
        {bone.code: bone.report for bone in bones},
    ):
        found = [code for code, each in names.items() if sorted(word_key(each).split()) == key]
        if found:
            return found
    return []


def _one_of(named: list[int], codes: BoneMap, mask: np.ndarray) -> int:
    """Of several bones the one that most of a mask, bool (rows, cols), lies on, else the nearest."""
    number = np.bincount(codes[mask], minlength=max(named) + 1)
    best = max(named, key=lambda code: int(number[code]))
    if number[best] or len(named) == 1:
        return best
    rows, cols = np.nonzero(np.isin(codes, named))
    if not rows.size:
        return best
    middle = [float(place.mean()) for place in np.nonzero(mask)]
    nearest = int(((rows - middle[0]) ** 2 + (cols - middle[1]) ** 2).argmin())
    return int(codes[rows[nearest], cols[nearest]])

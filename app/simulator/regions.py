"""Codes of the regions of the skeleton by their names, as the simulator asks for them."""

from __future__ import annotations

from functools import cache

from app.quantification.bones import bone_table


@cache
def region_code(name: str, side: str = "") -> int:
    """Code of the region of that name and side."""
    return next(bone.code for bone in bone_table().bones if (bone.name, bone.side) == (name, side))


@cache
def codes_named(name: str) -> tuple[int, ...]:
    """Codes of both sides of the region of that name, the right one first."""
    return tuple(bone.code for bone in bone_table().bones if bone.name == name)

"""The bones of the table `bones.toml`, placed on both sides of the body."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.simulator.regions import region_code
from app.simulator.shapes import Floats, Solid, ellipsoid, sheet, tube, unit_cube
from app.simulator.skeleton.builder import ASYMMETRY, Builder, region_host
from app.simulator.skeleton.frames import SIDES, Frames
from app.simulator.tables import document

_REST_CM = {
    "head": 0.0, "chest": 25.0, "pelvis": 65.0, "thigh": 75.0, "shank": 115.0, "foot": 152.0,
    "upper arm": 228.0, "forearm": 260.0, "hand": 285.0,
}  # fmt: skip
"""Where the parts lie in the field of unevenness, one below the other; it knows no pose."""


def add_bones(builder: Builder, frames: Frames) -> None:
    """Add every bone of the table."""
    for bone in document("bones.toml")["bone"]:
        _add(builder, frames, bone)


def _add(builder: Builder, frames: Frames, bone: dict[str, Any]) -> None:
    solid, kept = _solid(builder, bone)
    bumps = bone.get("bumps", [])
    profile = builder.profile(solid.along, bone.get("base", 1.0), bumps)
    if "bumps_across" in bone:
        profile = builder.profile(solid.across, 0.0, bone["bumps_across"], start=profile)
    level = builder.activity(bone["material"], bone["factor"])
    activity = (profile * np.float32(level)).astype(np.float32)
    xyz = solid.xyz + builder.shift().astype(np.float32) * _midline(bone)
    for side in SIDES if bone["paired"] else SIDES[1:]:
        region = region_code(bone["region"], _side_name(bone, side))
        own = np.float32(np.exp(builder.rng.normal(0, ASYMMETRY)))
        placed = frames[bone["frame"], side].place(xyz).astype(np.float32)
        resting = xyz * np.array([side, 1, 1], np.float32)
        resting[:, 1] += np.float32(_REST_CM[bone["frame"]])
        builder.add(
            region_host(region), region, placed[kept], solid.volume[kept], activity[kept] * own, resting[kept]
        )


def _solid(builder: Builder, bone: dict[str, Any]) -> tuple[Solid, NDArray[np.bool_]]:
    count, rng = builder.count(bone["points"]), builder.rng
    kept = np.ones(count, dtype=bool)
    match bone["shape"]:
        case "ellipsoid":
            radii = builder.lengths(bone["radii"])
            solid = ellipsoid(count, radii, rng, shell=bone.get("shell", 0.0))
            if bone.get("cut") == "cranium":
                kept = _cranium((solid.xyz / radii).astype(np.float32))
            xyz = _tilted(solid.xyz, bone.get("tilt", 0.0)) + np.asarray(bone["centre"], np.float32)
            return Solid(xyz, solid.volume, solid.along, solid.across), kept
        case "tube":
            radius = builder.lengths(bone["radius"])
            shell, flat = bone.get("shell", 0.0), bone.get("flat", 1.0)
            return tube(count, bone["path"], radius, rng, shell=shell, flat=flat), kept
        case "sheet":
            thick = float(builder.lengths(bone["thickness"]))
            edges = bone["edge_a"], bone["edge_b"]
            return sheet(count, *edges, thick, rng, bulge=bone.get("bulge", (0, 0, 0))), kept
        case _:
            return _sacrum(builder, count), kept


def _cranium(unit: Floats) -> NDArray[np.bool_]:
    """The vault: open below the face, closed below the occiput; `unit` in fractions of the radii."""
    low, back = unit[:, 1], unit[:, 2]
    return np.asarray((low < 0.50) | ((low < 0.93) & (back > -0.05 - 0.2 * (low - 0.5))))


def _sacrum(builder: Builder, count: int) -> Solid:
    """A wedge that narrows downwards and curves backwards, brighter above."""
    u = unit_cube(count, builder.rng)
    across, down, deep = u[:, 0], u[:, 1], u[:, 2]
    width, height, thick = builder.lengths([5.0, 10.5, 2.2])
    half = width * (1 - down) ** 0.7 + 0.9 * down
    z = 3.6 + 3.6 * np.sin(np.pi * down * 0.9) + (deep - 0.5) * thick * (1 - 0.5 * down)
    xyz = np.stack([(2 * across - 1) * half, height * down, z], axis=1).astype(np.float32)
    volume = height * 2 * half * thick * 0.75 / count
    brightness = (1.1 - 0.35 * down).astype(np.float32)
    return Solid(xyz, (volume * brightness).astype(np.float32), down, across)


def _tilted(xyz: Floats, degrees: float) -> Floats:
    if not degrees:
        return xyz
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.asarray(xyz @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float32).T)


def _midline(bone: dict[str, Any]) -> Floats:
    """A midline bone is shifted up, down and in depth, not sideways."""
    return np.array([1.0 if bone["paired"] else 0.3, 1.0, 1.0], np.float32)


def _side_name(bone: dict[str, Any], side: int) -> str:
    if not bone["paired"] or bone["region"] in {"skull", "mandible", "sacrum", "sternum"}:
        return ""
    return "left" if side > 0 else "right"

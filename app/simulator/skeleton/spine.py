"""The 24 free vertebrae: bodies with discs between them, facets, transverse and spinous processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulator.patient import Patient
from app.simulator.shapes import Floats, cylinder, unit_cube
from app.simulator.skeleton.builder import Builder, vertebra_host
from app.simulator.tables import rows

FIRST_THORACIC = 7
_BODY, _PROCESS = 620, 90
"""Points of a vertebral body, and of each of its five processes."""


@dataclass(frozen=True, eq=False)
class Spine:
    """Where the vertebrae are, cm of the 170 cm body.

    `centre` float64 (24, 3); `size` float64 (24, 3): half width, height, half depth; `sacral_base` (3,).
    """

    centre: NDArray[np.float64]
    size: NDArray[np.float64]
    sacral_base: NDArray[np.float64]


def shape_spine(patient: Patient, rng: np.random.Generator) -> Spine:
    """Draw the curve of the spine and the size of its vertebrae."""
    table = rows("vertebrae.csv")
    column = {name: np.array([float(row[name]) for row in table]) for name in ("height", "z", "z_kyphosis")}
    height = column["height"] * np.exp(rng.normal(0, 0.02) + rng.normal(0, 0.012, 24))
    top = 15.2 + rng.normal(0, 0.5) + np.concatenate([[0.0], np.cumsum(height)])
    y = (top[:-1] + top[1:]) / 2
    wave = np.sin((y - 30) / 20 * np.pi / 1.2 + patient.scoliosis_phase)
    x = patient.scoliosis * wave * np.clip((y - 24) / 8, 0, 1) * np.clip((78 - y) / 8, 0, 1)
    z = column["z"] + patient.kyphosis * column["z_kyphosis"]
    half_width, half_depth = (
        np.array([float(row[name]) for row in table]) * np.exp(rng.normal(0, 0.03) + rng.normal(0, 0.015, 24))
        for name in ("half_width", "half_depth")
    )
    return Spine(
        centre=np.stack([x, y, z], axis=1),
        size=np.stack([half_width, height, half_depth], axis=1),
        sacral_base=np.array([x[-1], top[-1], z[-1]]),
    )


def add_spine(builder: Builder, spine: Spine) -> None:
    """Add the vertebrae; each is a host of its own."""
    rng, table = builder.rng, rows("vertebrae.csv")
    body, process = builder.count(_BODY), builder.count(_PROCESS)
    level_activity = _levels(rng)
    fill = np.clip(builder.patient.vertebral_fill + rng.normal(0, 0.025, 24), 0.6, 1.05)
    end_plate, base, waist = rng.uniform(0.0, 0.4), rng.uniform(0.8, 1.0), rng.uniform(0.0, 0.2)
    length, shares = builder.lengths(np.ones(6)), np.exp(rng.normal(0, 0.1, 3))
    for level, row in enumerate(table):
        wide, pitch, deep = spine.size[level]
        activity = builder.activity(row["material"]) * level_activity[level]
        solid = cylinder(body, wide, pitch * fill[level], deep, rng, waist=waist)
        profile = base + end_plate * (2 * np.abs(solid.along - 0.5)) ** 2
        xyz, volumes = [solid.xyz], [solid.volume]
        weights = [(profile * activity).astype(np.float32)]
        for start, end, radius, share in _processes(row, level, spine.size[level], length, shares):
            points, size = _rod(process, start, end, radius, rng)
            xyz.append(points)
            volumes.append(np.full(process, size / process, np.float32))
            weights.append(np.full(process, activity * share, np.float32))
        placed = np.concatenate(xyz) + spine.centre[level].astype(np.float32)
        builder.add(
            vertebra_host(level), int(row["region"]), placed, np.concatenate(volumes), np.concatenate(weights)
        )


def _levels(rng: np.random.Generator) -> NDArray[np.float64]:
    """Relative activity of the 24 levels: a slope along the spine, a walk, and each level's own, mean 1."""
    slope = rng.normal(0.05, 0.2) * np.linspace(-0.5, 0.5, 24)
    walk = np.cumsum(rng.normal(0, 0.014, 24))
    level = np.exp(slope + walk + rng.normal(0, 0.018, 24))
    return np.asarray(level / level.mean())


def _processes(
    row: dict[str, str],
    level: int,
    size: NDArray[np.float64],
    length: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], float, float]]:
    """Start, end, radius and share of the activity of spinous process, transverse processes and facets."""
    wide, pitch, deep = size
    drop, back = float(row["spinous_drop"]) * length[1], float(row["spinous_back"]) * length[2]
    blade = np.array([0.0, 0.0, deep + 1.2])
    yield blade, blade + np.array([0.0, drop, back]), 0.42 * length[3], 0.8 * shares[0]
    reach = wide + float(row["transverse"]) * length[0]
    tip = deep + (1.6 if row["material"] == "thoracic" else 1.0)
    beside = 1 + 0.02 * level
    for side in (-1, 1):
        root, end = [side * 0.8, -0.1 * pitch, deep + 0.9], [side * reach, -0.15 * pitch, tip]
        yield np.array(root), np.array(end), 0.62 * length[4], 0.8 * shares[1]
        upper = np.array([side * beside, 0.25 * pitch, deep + 1.1])
        yield upper, upper + np.array([0.0, 0.4 * pitch, 0.0]), 0.52 * length[5], shares[2]


def _rod(
    count: int, start: NDArray[np.float64], end: NDArray[np.float64], radius: float, rng: np.random.Generator
) -> tuple[Floats, float]:
    """A blurred rod between two points, and its volume in cm³."""
    u = unit_cube(count, rng)
    angle, out = np.float32(2 * np.pi) * u[:, 1], np.float32(radius) * np.sqrt(u[:, 2])
    axis = (end - start).astype(np.float32)
    spread = np.stack([out * np.cos(angle), out * np.sin(angle), out * np.sin(angle + 1)], axis=1)
    points = start.astype(np.float32) + u[:, :1] * axis + spread
    return points, float(np.pi * radius**2 * np.linalg.norm(axis))

"""The 24 free vertebrae: bodies with discs between them, facets, transverse and spinous processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulator.patient import Patient
from app.simulator.shapes import Floats, unit_cube
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
    top = 15.6 + rng.normal(0, 0.3) + np.concatenate([[0.0], np.cumsum(height)])
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
    drift = np.exp(np.cumsum(rng.normal(0, 0.03, 24)))
    level_activity = drift / drift.mean()
    fill = np.clip(builder.patient.vertebral_fill + rng.normal(0, 0.02, 24), 0.6, 0.95)
    end_plate, base = rng.uniform(0.1, 0.5), rng.uniform(0.75, 0.95)
    length, shares = builder.lengths(np.ones(6)), np.exp(rng.normal(0, 0.1, 3))
    for level, row in enumerate(table):
        wide, pitch, deep = spine.size[level]
        activity = builder.activity(row["material"]) * level_activity[level]
        solid, along = _body(body, wide, pitch * fill[level], deep, rng)
        profile = base + end_plate * (2 * np.abs(along - 0.5)) ** 2
        volume = np.pi * wide * deep * pitch * 0.86 / body
        xyz = [solid]
        weights = [(profile * activity).astype(np.float32)]
        volumes = [np.full(body, volume, np.float32)]
        reach = wide + float(row["transverse"]) * length[0]
        tip = 1.6 if row["region"] == "4" else 1.0
        drop, back = float(row["spinous_drop"]) * length[1], float(row["spinous_back"]) * length[2]
        blade = deep + 1.2
        segments = [
            ([0.0, 0.0, blade], [0.0, drop, deep + back + 1.2], 0.42 * length[3], 0.8 * shares[0]),
            *(
                (
                    [s * 0.8, -0.1 * pitch, deep + 0.9],
                    [s * reach, -0.15 * pitch, deep + tip],
                    0.4 * length[4],
                    0.8 * shares[1],
                )
                for s in (-1, 1)
            ),
            *(
                (
                    [s * (1 + 0.02 * level), 0.25 * pitch, deep + 1.1],
                    [s * (1 + 0.02 * level), 0.65 * pitch, deep + 1.1],
                    0.52 * length[5],
                    shares[2],
                )
                for s in (-1, 1)
            ),
        ]
        for start, end, radius, share in segments:
            points, size = _rod(process, np.array(start), np.array(end), radius, rng)
            xyz.append(points)
            volumes.append(np.full(process, size / process, np.float32))
            weights.append(np.full(process, activity * share, np.float32))
        placed = np.concatenate(xyz) + spine.centre[level].astype(np.float32)
        builder.add(
            vertebra_host(level), int(row["region"]), placed, np.concatenate(volumes), np.concatenate(weights)
        )


def _body(
    count: int, wide: float, tall: float, deep: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    u = unit_cube(count, rng)
    angle, radius, up = np.float32(2 * np.pi) * u[:, 0], np.sqrt(u[:, 1]), u[:, 2] - np.float32(0.5)
    waist = 1 - np.float32(0.18) * np.cos(np.float32(np.pi) * up)
    x = np.float32(wide) * radius * np.cos(angle) * waist
    z = np.float32(deep) * radius * np.sin(angle)
    return np.stack([x, np.float32(tall) * up, z], axis=1), u[:, 2]


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

"""Twelve pairs of ribs along tilted half loops, with faint costal cartilage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulator.regions import region_code
from app.simulator.shapes import tube
from app.simulator.skeleton.builder import Builder, rib_host
from app.simulator.skeleton.frames import SIDES, Frames, Side
from app.simulator.skeleton.spine import FIRST_THORACIC, Spine
from app.simulator.tables import rows

_RIB, _CARTILAGE = 900, 120
Ribs = dict[tuple[int, Side], NDArray[np.float64]]


@dataclass(frozen=True)
class _Build:
    """How one patient's ribs are built: `radius` in cm, `flat` its share from front to back.

    `fade`, `head` and `tip`: how much uptake falls from back to front, and rises at the spine and at the
    cartilage, as shares of the middle's; `longer`: degrees added to the course of every rib.
    """

    radius: float
    flat: float
    fade: float
    tip: float
    head: float
    longer: float

    @classmethod
    def sample(cls, rng: np.random.Generator) -> _Build:
        """Draw one patient's; the order of the draws is part of what a seed means."""
        radius, flat = 0.80 * np.exp(rng.normal(0, 0.08)), 0.75 * np.exp(rng.normal(0, 0.08))
        fade, tip, head = rng.normal(0.58, 0.12), rng.uniform(0.0, 0.3), rng.uniform(0.2, 0.9)
        return cls(radius, flat, fade, tip, head, longer=rng.normal(-6, 3))


def add_ribs(builder: Builder, spine: Spine, frames: Frames) -> Ribs:
    """Add the ribs and return their centre lines, (k, 3) each, from the spine forwards."""
    rng, patient = builder.rng, builder.patient
    size = np.exp(rng.normal(0, 0.03, 3))
    build = _Build.sample(rng)
    lines: Ribs = {}
    for number, row in enumerate(rows("ribs.csv")):
        root = spine.centre[FIRST_THORACIC + number]
        for side in SIDES:
            end = (float(row["end_degrees"]) + build.longer) * np.exp(rng.normal(0, 0.015))
            angle = np.deg2rad(np.linspace(12, end, 26))
            path = np.clip(angle / np.deg2rad(150), 0, 1.1)
            half_width = float(row["half_width"]) * size[0] * patient.shoulder_width
            half_depth = float(row["half_depth"]) * size[1]
            x = root[0] * (1 - path) + side * half_width * np.sin(angle) ** 0.85
            y = root[1] - 0.6 + float(row["drop"]) * size[2] * path**1.15 + rng.normal(0, 0.12)
            z = root[2] + 2.1 - half_depth + half_depth * np.cos(angle)
            line = np.stack([x, y, z], axis=1)
            lines[number, side] = line
            _add_rib(builder, number, side, line[::2], build)
            if number < 10 and rng.random() < 0.9:
                _add_cartilage(builder, frames, number, side, line[-1])
    return lines


def _add_rib(
    builder: Builder,
    number: int,
    side: Side,
    line: NDArray[np.float64],
    build: _Build,
) -> None:
    solid = tube(builder.count(_RIB), line, build.radius, builder.rng, flat=build.flat, flat_axis=(0, 1, 0))
    tip = build.tip * np.exp(builder.rng.normal(0, 0.3))
    slope = (-build.fade * solid.along).astype(np.float32)
    profile = builder.profile(solid.along, 0.95, [[0.02, 0.08, build.head], [1.0, 0.05, tip]], start=slope)
    patient = builder.patient
    bared = patient.mastectomy_side == side and 2 <= number <= 6
    factor = 1.15 if bared else 1.0
    activity = profile * np.float32(builder.activity("ribs", factor) * np.exp(builder.rng.normal(0, 0.05)))
    _put(builder, number, side, solid.xyz, solid.volume, activity)


def _add_cartilage(
    builder: Builder, frames: Frames, number: int, side: Side, tip: NDArray[np.float64]
) -> None:
    sternum = frames["chest", side].place(
        np.array([1.9, 5.5 + 1.55 * min(number, 6) + 0.9 * max(number - 6, 0), -8.4 - 0.1 * number])
    )
    middle = (tip + sternum) / 2 + np.array([0, 0.5, -0.2]) + builder.shift()
    solid = tube(
        builder.count(_CARTILAGE), [tip, middle, sternum], 0.5, builder.rng, flat=0.7, flat_axis=(0, 1, 0)
    )
    activity = np.full(len(solid.xyz), builder.activity("cartilage"), np.float32)
    _put(builder, number, side, solid.xyz, solid.volume, activity)


def _put(builder: Builder, number: int, side: Side, xyz, volume, activity) -> None:  # type: ignore[no-untyped-def]
    region = region_code("ribs", "left" if side > 0 else "right")
    builder.add(rib_host(number, side), region, xyz, volume, activity)

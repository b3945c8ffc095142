"""The outline of the body: elliptic cross-sections along trunk, legs and arms, on the coarse grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.simulator.field import Image, Placement, coarse_axes
from app.simulator.patient import Patient
from app.simulator.skeleton.builder import Skeleton
from app.simulator.skeleton.frames import SIDES, Side
from app.simulator.tables import rows

PartName = Literal["trunk", "leg", "arm"]
_TRUNK_EXPONENT = 2.4
"""Superellipse exponent of the trunk's section; limbs are plain ellipses."""
_TABLE_SACRAL_BASE = 68.4
"""Height of the sacral base in the table, cm."""


@dataclass(frozen=True, eq=False)
class Thickness:
    """Thickness of one body part on its rows of the coarse grid.

    `rows` is an int array (k,), `thickness` float32 (k, cols) in cm, `front` and `back` float32 (k, cols):
    depth of the skin, z in cm, 0 where there is none.
    """

    name: PartName
    side: Side | None
    rows: NDArray[np.int64]
    thickness: Image
    front: Image
    back: Image


def body_parts(
    patient: Patient, skeleton: Skeleton, place: Placement, rng: np.random.Generator
) -> tuple[Thickness, ...]:
    """The trunk with the head, both legs and both arms."""
    trunk = _part("trunk", None, patient, skeleton, place, rng)
    legs = tuple(_part("leg", side, patient, skeleton, place, rng) for side in SIDES)
    arms = tuple(_part("arm", side, patient, skeleton, place, rng) for side in SIDES)
    return (trunk, *legs, *arms)


def _part(
    name: PartName,
    side: Side | None,
    patient: Patient,
    skeleton: Skeleton,
    place: Placement,
    rng: np.random.Generator,
) -> Thickness:
    table = [row for row in rows("sections.csv") if row["part"] == name]
    along, across = patient.stretch
    knots = np.array([_height(row, skeleton, side, along) for row in table])
    wobble = np.exp(rng.normal(0, 0.03) + rng.normal(0, 0.02, (2, len(table))))

    def size(column: str, power: str, which: int) -> NDArray[np.float64]:
        girth = np.array([patient.girth ** float(row[power]) for row in table])
        sizes = np.array([float(row[column]) for row in table])
        return np.asarray(sizes * girth * wobble[which] * across)

    grid_y, grid_x = coarse_axes()
    y = place.body_y(grid_y)
    covered = np.flatnonzero((y >= knots[0]) & (y <= knots[-1]))
    at = y[covered]
    half_width = np.interp(at, knots, size("half_width", "width_power", 0))
    half_depth = np.interp(at, knots, size("half_depth", "depth_power", 1))
    middle, depth = _centre_line(name, side, skeleton, at)
    depth = depth + np.interp(at, knots, [float(row["z"]) * across for row in table])
    exponent = _TRUNK_EXPONENT if name == "trunk" else 2.0
    axis = place.axis_x(grid_y)[covered] + middle
    u = np.abs(grid_x[None, :] - axis[:, None]) / half_width[:, None]
    half = np.clip(1 - u**exponent, 0, 1) ** (1 / exponent) * half_depth[:, None]
    inside = half > 0
    return Thickness(
        name=name,
        side=side,
        rows=covered,
        thickness=(2 * half).astype(np.float32),
        front=np.where(inside, depth[:, None] - half, 0).astype(np.float32),
        back=np.where(inside, depth[:, None] + half, 0).astype(np.float32),
    )


def _height(row: dict[str, str], skeleton: Skeleton, side: Side | None, along: float) -> float:
    dy = float(row["dy"])
    base = skeleton.landmark("sacral base", 1)[1]
    if row["landmark"] == "vertex":
        return float(dy * base / _TABLE_SACRAL_BASE)
    if row["landmark"] == "sacral base":
        return float(base + dy * along)
    return float(skeleton.landmark(row["landmark"], side or 1)[1] + dy * along)


def _centre_line(
    name: PartName, side: Side | None, skeleton: Skeleton, y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and z of the middle of a part at heights y, cm."""
    if side is None:
        return np.zeros_like(y), np.zeros_like(y)
    leg = ("hip", "knee", "ankle", "toes")
    arm = ("shoulder", "elbow", "wrist", "finger tips")
    path = np.array([skeleton.landmark(place, side) for place in (leg if name == "leg" else arm)])
    path[0, 0] += side * (0.8 if name == "leg" else 1.2)
    order = np.argsort(path[:, 1])
    x = np.interp(y, path[order, 1], path[order, 0])
    z = np.interp(y, path[order, 1], path[order, 2]) if name == "arm" else np.zeros_like(y)
    return x, z

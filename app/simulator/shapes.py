"""Bones as weighted points: parametric solids filled with a low-discrepancy sequence.

Points instead of voxels: a 6 mm rib loses nothing to partial volume, a pose is one matrix product, and a
lesion is a re-weighting of the points of its host bone, so that it follows the bone's shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

_GOLDEN, _SILVER = 0.6180339887498949, 0.4142135623730951
"""Steps of the second and third coordinate; the first is stratified (a jittered Hammersley set). With three
such steps the points of a long tube would line up in rings."""
_JITTER_CM = 0.12
"""Half width of the uniform jitter; without it the lattice shows as moiré on the skull."""


@dataclass(frozen=True, eq=False)
class Solid:
    """Points that fill one solid evenly.

    `xyz` is float32 (n, 3) in cm. `volume` is float32 (n,), cm³ that each point stands for. `along` and
    `across` are float32 (n,), 0-1: the parameters of the shape, for profiles of the activity.
    """

    xyz: Floats
    volume: Floats
    along: Floats
    across: Floats


@cache
def _sequence(count: int) -> Floats:
    steps = np.arange(count, dtype=np.float64)
    columns = [steps / count, steps * _GOLDEN, steps * _SILVER]
    return (np.stack(columns, axis=1) % 1.0).astype(np.float32)


def unit_cube(count: int, rng: np.random.Generator) -> Floats:
    """Evenly spread points of the unit cube, float32 (count, 3), shifted at random as a whole."""
    points: Floats = _sequence(count) + rng.random(3, dtype=np.float32)
    points[:, 0] += rng.random(count, dtype=np.float32) / np.float32(count)
    return np.minimum(points - np.floor(points), np.float32(1 - 1e-6))


def jittered(xyz: Floats, rng: np.random.Generator) -> Floats:
    """The points, float32 (n, 3) in cm, each moved by up to 1.2 mm along every axis."""
    noise = rng.random(xyz.shape, dtype=np.float32)
    noise -= np.float32(0.5)
    noise *= np.float32(2 * _JITTER_CM)
    noise += xyz
    return noise


def ellipsoid(count: int, radii: ArrayLike, rng: np.random.Generator, *, shell: float = 0.0) -> Solid:
    """An ellipsoid about the origin, or its outer shell from `shell` (0-1 of the radii) outwards."""
    u = unit_cube(count, rng)
    cosine = 1 - 2 * u[:, 0]
    sine = np.sqrt(np.maximum(0, 1 - cosine**2))
    angle = np.float32(2 * np.pi) * u[:, 1]
    radius = np.cbrt(np.float32(shell**3) + np.float32(1 - shell**3) * u[:, 2])
    unit = np.stack([sine * np.cos(angle), cosine, sine * np.sin(angle)], axis=1) * radius[:, None]
    scale = np.asarray(radii, dtype=np.float32)
    volume = 4 / 3 * np.pi * float(np.prod(scale)) * (1 - shell**3)
    return Solid(unit * scale, _even(volume, count), (unit[:, 1] + 1) / 2, np.abs(unit[:, 0]))


def tube(
    count: int,
    path: ArrayLike,
    radius: ArrayLike,
    rng: np.random.Generator,
    *,
    shell: float = 0.0,
    flat: float = 1.0,
    flat_axis: ArrayLike = (0, 0, 1),
) -> Solid:
    """A tube along a smooth curve through `path` (k, 3); `radius` holds 1 or any number of radii along it.

    `shell` is the hollow fraction of the radius; `flat` squeezes the section along the direction that is
    perpendicular to the curve and nearest to `flat_axis`.
    """
    curve = smooth_path(np.asarray(path, dtype=np.float64))
    step = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(step)])
    u = unit_cube(count, rng)
    at = u[:, 0] * length[-1]
    centre = _at(at, length, curve)
    beside = _across(curve, np.asarray(flat_axis, dtype=np.float64))
    wide, thin = (_at(at, length, direction) for direction in beside)
    radii = np.atleast_1d(np.asarray(radius, dtype=np.float64))
    local = np.interp(u[:, 0], np.linspace(0, 1, len(radii)), radii) if len(radii) > 1 else radii[0]
    local = np.broadcast_to(np.asarray(local, dtype=np.float32), u.shape[:1])
    out = local * np.sqrt(np.float32(shell**2) + np.float32(1 - shell**2) * u[:, 2])
    angle = np.float32(2 * np.pi) * u[:, 1]
    xyz = centre + wide * (out * np.cos(angle))[:, None] + thin * (out * np.sin(angle) * flat)[:, None]
    area = np.pi * local**2 * flat * (1 - shell**2)
    return Solid(xyz, (area * length[-1] / count).astype(np.float32), u[:, 0], u[:, 2])


def sheet(
    count: int,
    edge_a: ArrayLike,
    edge_b: ArrayLike,
    thickness: float,
    rng: np.random.Generator,
    *,
    bulge: ArrayLike = (0, 0, 0),
) -> Solid:
    """A ruled plate between two edges (k, 3); `bulge` moves its middle. Along edge a, across to edge b."""
    first, second = (smooth_path(np.asarray(edge, dtype=np.float64)) for edge in (edge_a, edge_b))
    u = unit_cube(count, rng)
    start = _at(u[:, 0], np.linspace(0, 1, len(first)), first)
    end = _at(u[:, 0], np.linspace(0, 1, len(second)), second)
    v = u[:, 1:2]
    xyz = start * (1 - v) + end * v + np.asarray(bulge, dtype=np.float32) * (4 * v * (1 - v))
    xyz = xyz + (u[:, 2:] - 0.5) * np.float32(thickness) * np.array([0.6, 0.2, 0.8], dtype=np.float32)
    across = np.linalg.norm(end - start, axis=1)
    length = sum(float(np.linalg.norm(np.diff(e, axis=0), axis=1).sum()) for e in (first, second)) / 2
    volume = across * length * thickness / count
    return Solid(xyz.astype(np.float32), volume.astype(np.float32), u[:, 0], u[:, 1])


def cylinder(
    count: int, half_width: float, height: float, half_depth: float, rng: np.random.Generator, waist: float
) -> Solid:
    """An upright elliptic cylinder about the origin, narrower by the fraction `waist` at mid-height."""
    u = unit_cube(count, rng)
    angle = np.float32(2 * np.pi) * u[:, 0]
    radius = np.sqrt(u[:, 1])
    up = u[:, 2] - np.float32(0.5)
    narrow = 1 - np.float32(waist) * np.cos(np.float32(np.pi) * up)
    xyz = np.stack(
        [half_width * radius * np.cos(angle) * narrow, height * up, half_depth * radius * np.sin(angle)],
        axis=1,
    )
    volume = np.pi * half_width * half_depth * height * (1 - waist * 2 / np.pi)
    return Solid(xyz.astype(np.float32), _even(volume, count), u[:, 2], u[:, 1])


def smooth_path(path: NDArray[np.float64], per_span: int = 5) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points (k, 3), `per_span` pieces between each two."""
    if len(path) < 3:
        return path
    padded = np.concatenate([2 * path[:1] - path[1:2], path, 2 * path[-1:] - path[-2:-1]])
    p0, p1, p2, p3 = (padded[i : len(padded) - 3 + i, None, :] for i in range(4))
    t = (np.arange(per_span) / per_span)[None, :, None]
    span = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.concatenate([span.reshape(-1, path.shape[1]), path[-1:]])


def _across(
    curve: NDArray[np.float64], flat_axis: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two unit vectors across the curve at each of its points (k, 3); the first also across `flat_axis`."""
    ends = 2 * curve[:1] - curve[1:2], 2 * curve[-1:] - curve[-2:-1]
    padded = np.concatenate([ends[0], curve, ends[1]])
    tangent = _unit(padded[2:] - padded[:-2])
    wide = _unit(np.cross(tangent, flat_axis))
    return wide, np.cross(tangent, wide)


def _at(where: ArrayLike, knots: NDArray[np.float64], values: NDArray[np.float64]) -> Floats:
    columns = [np.interp(np.asarray(where), knots, values[:, axis]) for axis in range(values.shape[1])]
    return np.stack(columns, axis=1).astype(np.float32)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))


def _even(volume: float, count: int) -> Floats:
    return np.full(count, volume / count, dtype=np.float32)

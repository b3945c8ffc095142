"""The bladder: from nearly emptied - a flat crescent of two or three folds above the symphysis - to full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.simulator.shapes import Floats, ellipsoid
from app.simulator.skeleton.builder import Skeleton

_POINTS = 2500
_ACTIVITY = 0.55
"""Activity per cm³ in units of `materials.csv`, times a log-normal factor for how long ago it was emptied:"""
_LOG_HEAT, _LOG_HEAT_SPREAD = 1.35, 0.8
_LEAST_DEPTH_FROM = 1.2
"""A flat bladder is no thinner from front to back than one of this half height, cm."""
_SAG = (-0.1, 0.45)
"""How far, in heights, the ends of the crescent rise (above 0) or hang."""
_LEAN = 0.25
"""Spread of the slant from side to side, half heights."""
_FOLD_DEPTH, _FOLD_WAVE = 0.45, (1.0, 2.4)
"""Folds of the wall make stripes: at most so much hotter, radians per cm."""
_FLAT_FLOOR_SHARE, _FLAT_FLOOR = 0.5, 0.55
"""Half of them have a flat floor: the lower half is pressed to this."""
_ABOVE_SYMPHYSIS, _SUNK = 0.3, 0.75
"""The middle lies so many cm and so many half heights above the symphysis."""
_IN_FRONT = -3.2
"""… and so many cm before the body's middle plane."""


@dataclass(frozen=True)
class _Fill:
    """How full bladders of one kind are: half width and half height in cm, least to most."""

    up_to: float
    """Cumulative share of patients."""
    wide: tuple[float, float]
    tall: tuple[float, float]


_FILLS = (
    _Fill(0.65, (1.6, 4.0), (0.5, 1.3)),
    _Fill(0.92, (2.2, 3.6), (1.3, 2.4)),
    _Fill(1.00, (3.2, 5.2), (2.6, 4.8)),
)
"""Emptied before the scan, as patients are asked to; not quite; not at all."""


def sample_bladder(skeleton: Skeleton, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Points of one patient's bladder: xyz float32 (n, 3), cm of the body; activity float32 (n,) each."""
    drawn = rng.random()
    fill = next(each for each in _FILLS if drawn < each.up_to)
    wide, tall = rng.uniform(*fill.wide), rng.uniform(*fill.tall)
    deep = rng.uniform(0.7, 1.1) * max(tall, _LEAST_DEPTH_FROM)
    heat = float(np.exp(rng.normal(_LOG_HEAT, _LOG_HEAT_SPREAD)))
    solid = ellipsoid(_POINTS, np.array([wide, tall, deep]), rng)
    xyz = solid.xyz.copy()
    xyz[:, 1] -= np.float32(rng.uniform(*_SAG) * tall) * (xyz[:, 0] / np.float32(wide)) ** 2 * 2
    xyz[:, 1] += np.float32(rng.normal(0, _LEAN) * tall) * xyz[:, 0] / np.float32(wide)
    depth, wave, phase = rng.uniform(0, _FOLD_DEPTH), rng.uniform(*_FOLD_WAVE), rng.uniform(0, 6.28)
    folds = 1 + depth * np.cos(xyz[:, 0] * wave + phase)
    if rng.random() < _FLAT_FLOOR_SHARE:
        xyz[:, 1] = np.where(xyz[:, 1] > 0, xyz[:, 1] * _FLAT_FLOOR, xyz[:, 1])
    base = skeleton.landmark("symphysis", 1)[1] - _ABOVE_SYMPHYSIS
    xyz += np.array([rng.normal(0, 0.6), base - _SUNK * tall, _IN_FRONT], np.float32)
    weight = (folds / folds.sum()).astype(np.float32)
    return xyz, weight * np.float32(heat * _ACTIVITY * float(solid.volume.sum()))

"""Activity outside bone: kidneys, bladder, injection site, urine where it should not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.annotation.label_codes import OrganCode
from app.simulator.bladder import sample_bladder
from app.simulator.difficulty import Difficulty
from app.simulator.patient import Patient
from app.simulator.shapes import Floats, ellipsoid
from app.simulator.skeleton.builder import Skeleton
from app.simulator.skeleton.frames import SIDES, Side
from app.simulator.tissue import LEFT_ARM, RIGHT_ARM, TRUNK

_L1 = 19
"""Level of the kidneys' middle: first lumbar vertebra."""


@dataclass(frozen=True, eq=False)
class UptakeSource:
    """Points of an organ or of a spill: `xyz` float32 (n, 3), cm of the body; `activity` float32 (n,)."""

    organ: OrganCode
    xyz: Floats
    activity: Floats
    part: int = TRUNK


def sample_sources(
    patient: Patient, skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator
) -> tuple[UptakeSource, ...]:
    """Draw what shines outside bone at one visit."""
    scale = difficulty.mimics
    return (
        *_kidneys(patient, skeleton, scale, rng),
        UptakeSource(OrganCode.BLADDER, *sample_bladder(skeleton, rng)),
        *_urine(skeleton, scale, rng),
        *_injection(skeleton, rng),
        *_neck(skeleton, scale, rng),
    )


def _kidneys(
    patient: Patient, skeleton: Skeleton, scale: float, rng: np.random.Generator
) -> Iterator[UptakeSource]:
    for index, side in enumerate(SIDES):
        organ = OrganCode.KIDNEY_LEFT if side > 0 else OrganCode.KIDNEY_RIGHT
        hot = rng.uniform(2.0, 4.0) if rng.random() < 0.05 * scale else 1.0
        level = skeleton.vertebrae[_L1][1]
        lower = 0.9 if side < 0 else 0.0  # the liver pushes the right one down
        centre = np.array([side * rng.normal(5.9, 0.35), level + 0.8 + lower + rng.normal(0, 0.6), 4.4])
        cloud = _cloud(rng, 4000, centre, (2.1, 4.2, 1.5) * np.exp(rng.normal(0, 0.07, 3)))
        cloud[:, 0] += (cloud[:, 1] - np.float32(centre[1])) * np.float32(0.18 * side)
        strength = 26 * patient.kidneys[index] * hot * np.exp(rng.normal(0, 0.15))
        yield _source(organ, cloud, strength)
        if rng.random() < 0.12:
            calyx = centre + np.array([-side * 1.2, 0.8, 0])
            yield _source(organ, _cloud(rng, 200, calyx, (1.0, 1.4, 0.8)), strength * rng.uniform(0.1, 0.3))
        if rng.random() < 0.1 * scale:
            dot = centre + np.array([-side * 2.2, rng.uniform(6, 16), -2.5])
            yield _source(OrganCode.OTHER_UPTAKE, _cloud(rng, 150, dot, (0.3, 0.7, 0.3)), strength * 0.06)


def _urine(skeleton: Skeleton, scale: float, rng: np.random.Generator) -> Iterator[UptakeSource]:
    groin = skeleton.landmark("symphysis", 1)[1] + 2.4
    if rng.random() < 0.95:  # nearly everybody keeps a little in the urethra or drops some
        cloud = _cloud(rng, 200, [rng.normal(0, 0.3), groin + rng.normal(4.2, 2.0), -4], (0.7, 1.6, 0.6))
        yield _source(OrganCode.URINE, cloud, 3.0 * np.exp(rng.normal(0, 0.8)))
    if rng.random() < 0.07 * scale:
        for _ in range(int(rng.integers(1, 4))):
            at = [rng.normal(0, 3.2), groin + rng.uniform(0.5, 14), -7]
            size = (rng.uniform(0.5, 1.2), rng.uniform(0.5, 2.0), 0.3)
            yield _source(OrganCode.URINE, _cloud(rng, 250, at, size), 3 * np.exp(rng.normal(0.6, 0.8)))
    if rng.random() < 0.02 * scale:
        cloud = _cloud(rng, 600, [0, groin + 2, 2], (7, 3.5, 5))
        yield _source(OrganCode.URINE, cloud, 12 * np.exp(rng.normal(0, 0.5)))
    if rng.random() < 0.03 * scale:
        yield from _catheter(skeleton, groin, rng)


def _catheter(skeleton: Skeleton, groin: float, rng: np.random.Generator) -> Iterator[UptakeSource]:
    side = SIDES[int(rng.integers(2))]
    knee = skeleton.landmark("knee", side)
    bag = knee + np.array([side * 7.5, 14, -2])
    steps = rng.random((300, 1))
    start = np.array([0, groin, -6.5])
    middle = np.array([side * 4.0, groin + 12, -8.0])
    path = (1 - steps) ** 2 * start + 2 * steps * (1 - steps) * middle + steps**2 * bag
    yield _source(OrganCode.URINE, path.astype(np.float32), rng.uniform(1.5, 4))
    shape = (3.2, 6.0, 1.0) * np.exp(rng.normal(0, 0.1, 3))
    yield _source(
        OrganCode.URINE, ellipsoid(900, shape, rng).xyz + bag.astype(np.float32), rng.uniform(15, 60)
    )


def _injection(skeleton: Skeleton, rng: np.random.Generator) -> Iterator[UptakeSource]:
    """Residual activity where the needle was: visible in a third, extravasates in 17.5 % (PMC8484323)."""
    if rng.random() >= 0.35:
        return
    side: Side = SIDES[int(rng.integers(2))]
    site = str(rng.choice(["elbow", "wrist", "hand"], p=[0.6, 0.15, 0.25]))
    part = LEFT_ARM if side > 0 else RIGHT_ARM
    centre = skeleton.landmark(site, side) + np.array([0, 0, -1.5]) + rng.normal(0, 0.4, 3)
    amount = float(np.exp(rng.normal(0.9, 1.1)))
    size = (0.5 + 0.12 * amount**0.5, 0.8 + 0.2 * amount**0.5, 0.4)
    yield _source(OrganCode.INJECTION_SITE, _cloud(rng, 350, centre, size), amount * 2.2, part)
    if amount > 3 and rng.random() < 0.3:
        node = skeleton.landmark("shoulder", side) + np.array([-side * 2.5, 6, 0])
        yield _source(OrganCode.OTHER_UPTAKE, _cloud(rng, 150, node, (0.6, 0.6, 0.6)), rng.uniform(0.5, 1.4))


def _neck(skeleton: Skeleton, scale: float, rng: np.random.Generator) -> Iterator[UptakeSource]:
    if rng.random() < 0.15 * scale:
        at = skeleton.vertebrae[4] + np.array([0, 0, -5.0])
        yield _source(OrganCode.OTHER_UPTAKE, _cloud(rng, 250, at, (1.3, 1.1, 0.5)), rng.uniform(0.6, 1.8))


def _cloud(rng: np.random.Generator, count: int, centre: ArrayLike, size: ArrayLike) -> Floats:
    """An ellipsoid of half axes about `size` (3,) cm, dense in the middle and without a sharp edge."""
    solid = ellipsoid(count, np.asarray(size) * 1.15, rng).xyz
    blurred = solid + rng.normal(0, 0.25, (count, 3)) * np.asarray(size)
    return np.asarray(np.asarray(centre) + blurred, dtype=np.float32)


def _source(organ: OrganCode, xyz: Floats, strength: float, part: int = TRUNK) -> UptakeSource:
    """Points that share `strength`, an activity in units of `materials.csv` times cm³."""
    return UptakeSource(organ, xyz, np.full(len(xyz), strength / len(xyz), np.float32), part)

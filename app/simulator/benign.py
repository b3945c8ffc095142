"""Benign findings that look like metastases, in healthy and ill patients alike; more of them with age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from app.annotation.label_codes import FindingCode
from app.simulator.difficulty import Difficulty
from app.simulator.focus import FocusPlan
from app.simulator.patient import Patient
from app.simulator.regions import codes_named
from app.simulator.skeleton.builder import Host, Skeleton, rib_host, vertebra_host
from app.simulator.skeleton.frames import SIDES, Side
from app.simulator.tables import rows

_CONTRAST, _CONTRAST_SPREAD = 2.0, 0.45
"""Uptake above bone; log-normal, overlapping with that of metastases (EJHI 2018, s41824-017-0006-y)."""
_SIDES_SPREAD = 0.08
"""… between the two sides of one patient's worn joints."""
_SPINE_WEIGHT = np.array(
    [0, 0, 0.5, 1, 1.6, 1.6, 1, 0.2, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9, 1, 1, 1, 0.9, 0.8, 1, 1.4, 2, 2.8, 2.8]
)
"""Which vertebrae degenerate: lower neck and lower back."""
_CLASSES = {item.title: item for item in FindingCode}


def sample_benign(
    patient: Patient, skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator
) -> tuple[FocusPlan, ...]:
    """Draw the benign findings of one patient."""
    age = float(np.clip((patient.age - 40) / 35, -0.4, 1.3))
    by_age = (_joints, _spine, _compressions)
    plans = [plan for make in by_age for plan in make(skeleton, age, difficulty, rng)]
    plans += [plan for make in (_rib_fractures, _islands) for plan in make(skeleton, difficulty, rng)]
    return tuple(plans)


def chance(p40: float, p75: float, age: float, scale: float) -> float:
    """Probability at an age, 0 at 40 and 1 at 75, linear between and beyond."""
    return float(np.clip((p40 + (p75 - p40) * age) * scale, 0.0, 0.98))


def _joints(
    skeleton: Skeleton, age: float, difficulty: Difficulty, rng: np.random.Generator
) -> Iterator[FocusPlan]:
    for row in rows("mimics.csv"):
        p = chance(float(row["p40"]), float(row["p75"]), age, difficulty.mimics)
        if rng.random() >= p:
            continue
        first = SIDES[int(rng.integers(2))]
        sides = SIDES if rng.random() < float(row["other_side"]) else (first,)
        alike = float(np.exp(rng.normal(0, _CONTRAST_SPREAD)))
        for side in sides:
            shift = np.array([side * float(row["x"]), float(row["y"]), float(row["z"])])
            centre = skeleton.landmark(row["landmark"], side) + shift + rng.normal(0, float(row["jitter"]), 3)
            yield _plan(
                row["kind"],
                _CLASSES[row["class"]],
                centre,
                rng.uniform(float(row["radius_low"]), float(row["radius_high"])),
                float(row["contrast"]) * alike,
                _hosts(skeleton, row["regions"].split("|"), side),
                rng,
                spread=_SIDES_SPREAD,
                axes=(float(row["ax"]), float(row["ay"]), float(row["az"])),
            )


def _spine(
    skeleton: Skeleton, age: float, difficulty: Difficulty, rng: np.random.Generator
) -> Iterator[FocusPlan]:
    rate = 0.9 * chance(0.25, 0.85, age, 1.0) * difficulty.mimics
    for _ in range(int(rng.poisson(rate))):
        level = int(rng.choice(24, p=_SPINE_WEIGHT / _SPINE_WEIGHT.sum()))
        side = SIDES[int(rng.integers(2))]
        wide, tall, deep = skeleton.vertebra_size[level]
        middle = skeleton.vertebrae[level]
        pair = (vertebra_host(level), vertebra_host(min(level + 1, 23)))
        if rng.random() < 0.6:
            at = middle + np.array([side * wide * rng.uniform(0.8, 1.05), 0.5 * tall, rng.normal(0, 0.4)])
            size, axes = rng.uniform(0.8, 1.4), (1.0, 0.75, 1.2)
            yield _plan("osteophyte", FindingCode.DEGENERATIVE, at, size, 1.4, pair, rng, axes=axes)
        else:
            at = middle + np.array([side * (1.1 + 0.02 * level), 0.45 * tall, deep + 1.1])
            yield _plan("facet", FindingCode.DEGENERATIVE, at, rng.uniform(0.8, 1.2), 1.7, pair, rng)


def _compressions(
    skeleton: Skeleton, age: float, difficulty: Difficulty, rng: np.random.Generator
) -> Iterator[FocusPlan]:
    if rng.random() >= chance(0.02, 0.12, age, difficulty.mimics):
        return
    for level in np.unique(rng.integers(11, 24, rng.integers(1, 3))):
        tall = skeleton.vertebra_size[level][1]
        at = skeleton.vertebrae[level] + np.array([0, 0.3 * tall * rng.choice([-1, 1]), 0])
        hosts = (vertebra_host(int(level)),)
        axes = (3.5, 0.5, 2.5)
        yield _plan("compression fracture", FindingCode.FRACTURE, at, 1.0, 1.7, hosts, rng, axes=axes)


def _rib_fractures(
    skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator
) -> Iterator[FocusPlan]:
    """One focus, or a vertical row over adjacent ribs (Iryo 1994;48:709)."""
    if rng.random() >= min(0.06 * difficulty.mimics, 0.9):
        return
    count = int(rng.choice([1, 2, 3, 4, 5], p=[0.55, 0.17, 0.13, 0.09, 0.06]))
    first, side, along = int(rng.integers(1, 11 - count)), SIDES[int(rng.integers(2))], rng.uniform(0.3, 0.98)
    for rib in range(first, first + count):
        line = skeleton.ribs[rib, side]
        at = line[int(np.clip(along + rng.normal(0, 0.025), 0, 1) * (len(line) - 1))]
        size, hosts = rng.uniform(0.65, 1.0), (rib_host(rib, side),)
        yield _plan("rib fracture", FindingCode.FRACTURE, at, size, 2.0, hosts, rng)


def _islands(skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator) -> Iterator[FocusPlan]:
    """One small focus of unknown nature in ribs, pelvis, skull or spine."""
    if rng.random() >= min(0.05 * difficulty.mimics, 0.9):
        return
    name = ("ribs", "hemipelvis", "skull", "thoracic spine", "lumbar spine")[int(rng.integers(5))]
    parts = skeleton.slices(codes_named(name))
    part = parts[int(rng.integers(len(parts)))]
    at = skeleton.xyz[int(rng.integers(part.start, part.stop))]
    host = next(host for host, owned in skeleton.hosts.items() if owned == part)
    yield _plan(
        "focus of unknown nature", FindingCode.EQUIVOCAL, at, rng.uniform(0.5, 0.8), 1.2, (host,), rng
    )


def _plan(
    kind: str,
    lesion_class: FindingCode,
    centre: ArrayLike,
    radius: float,
    contrast: float,
    hosts: tuple[Host, ...],
    rng: np.random.Generator,
    axes: Sequence[float] = (1.0, 1.0, 1.0),
    spread: float = _CONTRAST_SPREAD,
) -> FocusPlan:
    x, y, z = (float(value) for value in np.asarray(centre))
    uptake = contrast * _CONTRAST * np.exp(rng.normal(0, spread))
    sx, sy, sz = (float(value) for value in np.asarray(axes) * np.exp(rng.normal(0, 0.1, 3)))
    return FocusPlan(
        kind=kind,
        lesion_class=lesion_class,
        centre=(x, y, z),
        radius=float(radius),
        contrast=float(uptake),
        hosts=hosts,
        axes=(sx, sy, sz),
        shape_seed=int(rng.integers(2**31)),
    )


def _hosts(skeleton: Skeleton, names: Sequence[str], side: Side) -> tuple[Host, ...]:
    """Hosts of the regions of those names on one side (midline ones included)."""
    wanted = set()
    for name in names:
        codes = codes_named(name)
        wanted.add(codes[0] if len(codes) == 1 else codes[side > 0])
    return tuple(h for h, part in skeleton.hosts.items() if int(skeleton.region[part.start]) in wanted)

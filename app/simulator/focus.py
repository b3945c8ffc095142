"""One renderer for every focal finding, malignant or benign: a re-weighting of the host bone's own points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.label_codes import FindingCode
from app.simulator.shapes import Floats
from app.simulator.skeleton.builder import Host, Skeleton

_REACH = 2.2
"""Beyond so many radii a focus is nothing."""
_RIM_AT, _RIM_WIDTH = 1.15, 0.18


@dataclass(frozen=True)
class FocusPlan:
    """What and where a finding is; rendering it twice gives the same.

    `centre` is in cm of the body, `radius` in cm, `axes` stretches it along x, y, z. `contrast` is the uptake
    above the host bone's own as a multiple of it: 3 means four times as hot; -0.8 leaves a fifth.
    """

    kind: str
    lesion_class: FindingCode
    centre: tuple[float, float, float]
    radius: float
    contrast: float
    hosts: tuple[Host, ...]
    axes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    softness: float = 0.16
    """Width of the boundary in radii."""
    irregular: bool = True
    rim: float = 0.0
    """Uptake of the rim of a cold focus, as `contrast`."""
    shape_seed: int = 0
    anchor: int = -1
    """Point of the skeleton under the centre, so that a follow-up finds the place in another pose."""


@dataclass(frozen=True, eq=False)
class Focus:
    """A rendered finding.

    `points` int64 (k,): which points of the skeleton. `excess` float32 (k,): activity added to each.
    `core` bool (k,): points inside its boundary, `volume_cm3` their volume.
    """

    plan: FocusPlan
    points: NDArray[np.int64]
    excess: Floats
    core: NDArray[np.bool_]
    volume_cm3: float
    region: int

    @property
    def cold(self) -> bool:
        """Whether it takes activity away."""
        return self.plan.contrast < 0


def render(skeleton: Skeleton, plan: FocusPlan) -> Focus | None:
    """Render a planned finding, or None where its hosts have no bone.

    A flat-topped sigmoid of the distance to the centre, its boundary rippled by three sinusoids (16 %).
    """
    points = np.concatenate([_range(skeleton.hosts[host]) for host in plan.hosts])
    size = np.asarray(plan.axes, np.float32) * np.float32(plan.radius)
    offset = (skeleton.xyz[points] - np.asarray(plan.centre, np.float32)) / size
    near = (np.abs(offset) < _REACH).all(axis=1)
    points, offset = points[near], offset[near]
    if not len(points):
        return None
    distance = np.sqrt((offset**2).sum(axis=1))
    if plan.irregular:
        distance *= _ripple(offset, plan.shape_seed)
    inside = 1 / (1 + np.exp(np.clip((distance - 1) / plan.softness, -30, 30)))
    gain = inside * plan.contrast
    if plan.rim:
        gain = gain + plan.rim * np.exp(-(((distance - _RIM_AT) / _RIM_WIDTH) ** 2))
    kept = np.abs(gain) > 0.02 * abs(plan.contrast)
    if not kept.any():
        return None
    points, gain = points[kept], gain[kept]
    volume = skeleton.volume[points]
    core = inside[kept] > 0.5
    held = np.bincount(skeleton.region[points], weights=volume * np.abs(gain))
    return Focus(
        plan=plan,
        points=points,
        excess=(skeleton.activity[points] * gain).astype(np.float32),
        core=core,
        volume_cm3=float(volume[core].sum()),
        region=int(held.argmax()),
    )


def _range(part: slice) -> NDArray[np.int64]:
    return np.arange(part.start, part.stop)


def _ripple(offset: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    waves, phases = rng.normal(0, 1, (3, 3)), rng.uniform(0, 2 * np.pi, 3)
    total = np.sin(1.7 * offset @ waves.astype(np.float32).T + phases.astype(np.float32)).sum(axis=1)
    return np.asarray(1 + np.float32(0.16 / 1.2) * total, dtype=np.float32).clip(0.4, 1.8)

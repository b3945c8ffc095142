"""Metastases: how many, where, how large, how hot; cold ones, and the superscan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.annotation.label_codes import FindingCode
from app.quantification.bones import bone_table
from app.simulator.difficulty import Difficulty
from app.simulator.focus import Focus, FocusPlan
from app.simulator.regions import codes_named
from app.simulator.skeleton.builder import Skeleton
from app.simulator.tables import rows

MOST = 60
"""No patient gets more separate lesions than this."""
SUPERSCAN_SHARE = 0.06
DIFFUSE_SHARE = 0.12
COLD_SHARE = 0.04
_LIMITS_CM = {"femur": ("hip", 26.0), "humerus": ("shoulder", 18.0)}
"""Metastases of long bones mostly sit in their upper part: how far below the joint."""
_BEYOND = 0.25
"""… and this share of them anywhere in the bone."""
_LARGE_SHARE, _LARGER = 0.25, (1.3, 2.2)
"""… and this share of them is so many times as large: marrow is soft, long bones have room."""
_LIMBS = ("femur", "humerus", "lower leg", "forearm", "foot", "hand", "skull")
"""Regions whose share `Difficulty.limbs` scales."""
_SUPERSCAN_REGIONS = (
    "cervical spine", "thoracic spine", "lumbar spine", "sacrum", "hemipelvis", "ribs", "sternum", "scapula",
    "clavicle", "skull",
)  # fmt: skip


@dataclass(frozen=True)
class Disease:
    """The metastatic disease of one patient at one visit.

    `superscan` multiplies the axial skeleton (0: none); soft tissue and kidneys pale accordingly.
    """

    plans: tuple[FocusPlan, ...] = ()
    superscan: float = 0.0


def eod_grade(lesions: int, superscan: bool) -> int:
    """Extent of disease: 1 below 6 lesions, 2 to 20, 3 more, 4 superscan (Soloway 1988, Cancer 61:195)."""
    if superscan:
        return 4
    return 0 if lesions == 0 else 1 if lesions < 6 else 2 if lesions <= 20 else 3


def sample_disease(skeleton: Skeleton, difficulty: Difficulty, rng: np.random.Generator) -> Disease:
    """Draw the disease of a patient who has one."""
    if rng.random() < SUPERSCAN_SHARE * difficulty.extent:
        return Disease(superscan=float(rng.uniform(2.2, 4.5)))
    level = float(np.exp(rng.normal(0, 0.35)))
    count = _how_many(difficulty, rng)
    plans = (_plan(skeleton, level, difficulty, rng) for _ in range(count))
    return Disease(plans=tuple(plan for plan in plans if plan is not None))


def _how_many(difficulty: Difficulty, rng: np.random.Generator) -> int:
    """One with a share of its own, many with 12 %, otherwise geometric (negative binomial, dispersion 1)."""
    draw = rng.random()
    if draw < difficulty.solitary:
        return 1
    if draw > 1 - DIFFUSE_SHARE * difficulty.extent:
        return int(min(21 + rng.geometric(0.1), MOST))
    return int(min(1 + rng.geometric(1 / 5.0), 20))


def _plan(
    skeleton: Skeleton, level: float, difficulty: Difficulty, rng: np.random.Generator
) -> FocusPlan | None:
    table = rows("metastases.csv")
    weights = np.array(
        [float(row["weight"]) * (difficulty.limbs if row["region"] in _LIMBS else 1.0) for row in table]
    )
    row = table[int(rng.choice(len(table), p=weights / weights.sum()))]
    name = row["region"]
    anchor = _host_point(skeleton, name, rng)
    host = _host_of(skeleton, anchor)
    radius = float(np.clip(np.exp(rng.normal(np.log(1.15), 0.42)) * difficulty.size, 0.4, 4.0))
    uptake = float(np.exp(rng.normal(np.log(5.0), 0.7))) * level * difficulty.contrast
    axes = np.exp(rng.normal(0, 0.2, 3))
    if name == "ribs":
        axes = np.full(3, rng.uniform(1.0, 2.4))
        radius = min(radius, 1.6)
    if name in (*_LIMITS_CM, "lower leg"):
        axes[1] *= rng.uniform(1.0, 2.0)
        larger = rng.uniform(*_LARGER)
        radius *= float(rng.choice([1.0, larger], p=[1 - _LARGE_SHARE, _LARGE_SHARE]))
    if "spine" in name and rng.random() < 0.2:
        radius = max(radius, 2.2)
    cold = rng.random() < COLD_SHARE
    contrast = -float(rng.uniform(0.6, 0.95)) if cold else uptake * float(row["excess_scale"])
    x, y, z = (float(value) for value in skeleton.xyz[anchor])
    return FocusPlan(
        kind="cold metastasis" if cold else "metastasis",
        lesion_class=FindingCode.METASTASIS,
        centre=(x, y, z),
        radius=max(radius, 1.8) if cold else radius,
        contrast=contrast,
        hosts=(host,),
        axes=(float(axes[0]), float(axes[1]), float(axes[2])),
        rim=float(rng.uniform(0.4, 1.6)) if cold else 0.0,
        shape_seed=int(rng.integers(2**31)),
        anchor=anchor,
    )


def _host_point(skeleton: Skeleton, name: str, rng: np.random.Generator) -> int:
    """A point of the region, drawn in proportion to its activity."""
    parts = skeleton.slices(codes_named(name))
    points = np.concatenate([np.arange(part.start, part.stop) for part in parts])
    weight = skeleton.activity[points].astype(np.float64)
    if name in _LIMITS_CM and rng.random() >= _BEYOND:
        joint, reach = _LIMITS_CM[name]
        height = skeleton.landmark(joint, 1)[1]
        weight = weight * (skeleton.xyz[points, 1] < height + reach)
    total = np.cumsum(weight)
    return int(points[np.searchsorted(total, rng.random() * total[-1])])


def _host_of(skeleton: Skeleton, point: int) -> int:
    return next(host for host, part in skeleton.hosts.items() if part.start <= point < part.stop)


def superscan_foci(skeleton: Skeleton, factor: float, rng: np.random.Generator) -> tuple[Focus, ...]:
    """The whole axial skeleton hot and patchy: one focus per bone, excess `factor` of its own activity."""
    foci = []
    wanted = {code for name in _SUPERSCAN_REGIONS for code in codes_named(name)}
    for host, part in skeleton.hosts.items():
        region = int(skeleton.region[part.start])
        if region not in wanted:
            continue
        points = np.arange(part.start, part.stop)
        bone = (
            factor * np.exp(rng.normal(0, 0.22)) * (0.45 if bone_table().of(region).name == "skull" else 1.0)
        )
        offset = (skeleton.xyz[points] - skeleton.xyz[points].mean(axis=0)) / np.float32(3.0)
        waves = rng.normal(0, 1, (3, 3)).astype(np.float32)
        patchy = 1 + 0.25 * np.sin(offset @ waves.T + rng.uniform(0, 6.28, 3).astype(np.float32)).mean(axis=1)
        x, y, z = (float(value) for value in skeleton.xyz[points].mean(axis=0))
        plan = FocusPlan("superscan", FindingCode.METASTASIS, (x, y, z), 0.0, float(bone), (host,))
        excess = (skeleton.activity[points] * patchy * np.float32(bone)).astype(np.float32)
        core = np.ones(len(points), dtype=bool)
        foci.append(Focus(plan, points, excess, core, float(skeleton.volume[points].sum()), region))
    return tuple(foci)

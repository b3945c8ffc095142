"""Who lies on the table, and how: everything about the body that does not depend on the disease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Sex = Literal["F", "M"]
Pair = tuple[float, float]
"""One value for the right and one for the left side."""


@dataclass(frozen=True)
class Patient:
    """One person's body; lengths in cm, factors about 1. The same at every visit."""

    sex: Sex
    age: float
    height: float
    bmi: float
    shoulder_width: float
    pelvic_width: float
    scoliosis: float
    """Sideways amplitude of the spine, cm."""
    scoliosis_phase: float
    kyphosis: float
    vertebral_fill: float
    """Height of a vertebral body as a share of the pitch; the rest is disc."""
    bone_to_soft: float
    """Multiplies the ratio of bone to soft-tissue activity."""
    limb_uptake: float
    """Multiplies the uptake of arms and legs against the axial skeleton."""
    kidneys: Pair
    breast: float
    """Breast uptake relative to the typical soft tissue; 0 in men."""
    genital: float
    mastectomy_side: int
    """-1 right, 1 left, 0 none; the ribs beneath look 10-20 % brighter."""

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Patient:
        """Draw an adult of a bone-scan clinic (domain figures: 22-92 years, 60 % women)."""
        sex: Sex = "F" if rng.random() < 0.6 else "M"
        age = float(np.clip(rng.normal(60, 13), 22, 92))
        male = sex == "M"
        absent = rng.random() < 0.06  # faint or absent kidneys (Clin Nucl Med 1991;16:545)
        kidney = (0.15 if absent else 1.0) * np.exp(rng.normal(-0.45, 0.65))
        removed = not male and rng.random() < 0.2
        return cls(
            sex=sex,
            age=age,
            height=float(np.clip(rng.normal(170 if male else 158, 6.5), 145, 195)),
            bmi=float(np.clip(rng.normal(24.0, 3.6), 16.5, 38)),
            shoulder_width=float((1.0 if male else 0.95) * np.exp(rng.normal(0, 0.025))),
            pelvic_width=float((1.0 if male else 1.05) * np.exp(rng.normal(0, 0.03))),
            scoliosis=float(rng.normal(0, 0.42) * (1.6 if age > 65 else 1.0)),
            scoliosis_phase=float(rng.uniform(0, 2 * np.pi)),
            kyphosis=float(np.clip(rng.normal(1 + (age - 55) / 60, 0.35), 0.3, 2.2)),
            vertebral_fill=float(rng.uniform(0.82, 1.0)),
            bone_to_soft=float(np.exp(rng.normal(0.95, 0.42)) * (1 - 0.005 * max(age - 50, 0))),
            limb_uptake=float(np.exp(rng.normal(0.0, 0.30))),
            kidneys=_pair(kidney * np.exp(rng.normal(0, 0.12, 2))),
            breast=0.0 if male else float(rng.uniform(0.05, 0.45)),
            genital=float(rng.uniform(0.1, 0.5)) if male else 0.0,
            mastectomy_side=int(rng.choice([-1, 1])) if removed else 0,
        )

    @property
    def stretch(self) -> tuple[float, float]:
        """Factors from the 170 cm tables to this body: along the body, and across it."""
        along = self.height / 170.0
        return along, along**0.75

    @property
    def girth(self) -> float:
        """√(BMI / 22.5): how much wider soft tissue is than in the table."""
        return float(np.sqrt(self.bmi / 22.5))


@dataclass(frozen=True)
class Pose:
    """How the person lies at one visit; angles in degrees, lengths in cm."""

    head_yaw: float
    arm_abduction: Pair
    elbow: Pair
    pronation: Pair
    """Apparent width of the hand, 0.35-1."""
    curl: Pair
    leg_abduction: Pair
    toes_out: Pair
    plantar: Pair
    roll: float
    tilt: float
    offset: float
    """Sideways shift of the body in the field."""
    top: float
    """Distance of the vertex from the top of the field."""

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Pose:
        """Draw a supine pose: elbows out, forearms turned in, hands beside the thighs."""
        return cls(
            head_yaw=float(rng.normal(0, 7) if rng.random() < 0.92 else rng.normal(0, 30)),
            arm_abduction=_alike(rng.uniform(5, 15), 1.2, rng),
            elbow=_alike(rng.uniform(-16, 3) if rng.random() < 0.85 else rng.uniform(-32, -12), 3.0, rng),
            pronation=_alike(rng.uniform(0.4, 1.0), 0.08, rng),
            curl=_alike(rng.uniform(0.6, 1.0), 0.05, rng),
            leg_abduction=_alike(rng.uniform(1.0, 5.5), 0.5, rng),
            toes_out=_alike(rng.uniform(-8, 38), 5.0, rng),
            plantar=_alike(rng.uniform(0.35, 0.9), 0.03, rng),
            roll=float(rng.normal(0, 2.5)),
            tilt=float(rng.normal(0, 1.0)),
            offset=float(rng.normal(0, 0.9)),
            top=float(rng.uniform(3, 22)),
        )


def _alike(middle: float, apart: float, rng: np.random.Generator) -> Pair:
    """Both sides about one value: people lie much alike on both sides."""
    return _pair(middle + rng.normal(0, apart, 2))


def _pair(values: np.ndarray) -> Pair:
    return float(values[0]), float(values[1])

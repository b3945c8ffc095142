"""Where each body part stands: frames that carry the tables of the left side to both sides of a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.simulator.patient import Patient, Pose

Vector = NDArray[np.float64]
Side = Literal[-1, 1]
SIDES: tuple[Side, Side] = (-1, 1)
"""Right, left: the sign of x."""

SHOULDER = (15.8, 3.8, 1.6)
"""Centre of the humeral head in the chest frame."""
HIP = (9.25, 9.3, -0.5)
"""Centre of the femoral head in the pelvis frame."""
_HEAD = np.array([0.97, 0.9, 0.97])
"""Scale of the head of the table as it looks supine, chin a little down."""


@dataclass(frozen=True, eq=False)
class BoneFrame:
    """A body part's own axes: `origin` (3,) and the columns of `axes` (3, 3), cm of a 170 cm adult."""

    origin: Vector
    axes: Vector

    def place(self, local: ArrayLike) -> Vector:
        """Carry points (..., 3) of the part into the body, float64 or the dtype of the points."""
        points = np.asarray(local)
        axes, origin = self.axes.T.astype(points.dtype), self.origin.astype(points.dtype)
        # three multiply-adds: a matrix product with so few columns is several times slower
        x, y, z = (points[..., k : k + 1] * axes[k] for k in range(3))
        return np.asarray(x + y + z + origin)


Frames = dict[tuple[str, Side], BoneFrame]


def body_frames(
    patient: Patient, pose: Pose, first_thoracic: Vector, sacral_base: Vector, rng: np.random.Generator
) -> Frames:
    """The frames of every body part on both sides.

    `first_thoracic` and `sacral_base` are (3,), the ends of the thoracic and lumbar spine.
    """
    frames: Frames = {}
    head = np.exp(rng.normal(0, 0.02, 3))
    limb = np.exp(rng.normal(0, 0.025, 4))
    for index, side in enumerate(SIDES):
        mirror = np.diag([float(side), 1.0, 1.0])
        frames["head", side] = BoneFrame(
            np.array([0.0, 7.7, 0.8]), _about_y(pose.head_yaw) @ mirror @ np.diag(head * _HEAD)
        )
        chest = np.diag([side * patient.shoulder_width, 1.0, 1.0])
        frames["chest", side] = BoneFrame(np.array([0.0, first_thoracic[1], 0.0]), chest)
        pelvis = np.diag([side * patient.pelvic_width, 1.0, 1.0])
        frames["pelvis", side] = BoneFrame(np.array([sacral_base[0], sacral_base[1], 0.0]), pelvis)
        _arm(frames, side, pose, index, limb, rng)
        _leg(frames, side, pose, index, limb, rng)
    return frames


def _arm(frames: Frames, side: Side, pose: Pose, index: int, limb: Vector, rng: np.random.Generator) -> None:
    shoulder = frames["chest", side].place(np.array(SHOULDER) + np.array([0, rng.normal(0, 0.35), 0]))
    upper = np.deg2rad(pose.arm_abduction[index])
    frames["upper arm", side] = BoneFrame(shoulder, _swing(side, upper, 0.03) @ np.diag([1, limb[0], 1]))
    elbow = frames["upper arm", side].place([0.0, 30.4, 0.0])
    lower = upper + np.deg2rad(pose.elbow[index] - 5)
    frames["forearm", side] = BoneFrame(elbow, _swing(side, lower, -0.04) @ np.diag([1, limb[1], 1]))
    wrist = frames["forearm", side].place([0.0, 24.5, 0.0])
    shape = np.diag([pose.pronation[index], 0.4 + 0.6 * pose.curl[index], 1.0])
    frames["hand", side] = BoneFrame(wrist, _swing(side, lower, -0.04) @ shape)


def _leg(frames: Frames, side: Side, pose: Pose, index: int, limb: Vector, rng: np.random.Generator) -> None:
    hip = frames["pelvis", side].place(np.array(HIP) + rng.normal(0, 0.1, 3))
    spread = np.sin(np.deg2rad(pose.leg_abduction[index]))
    thigh = np.array([side * (39.5 * spread - 3.4), 40.5 * limb[2], 0.5])
    frames["thigh", side] = BoneFrame(hip, _towards(side, thigh, np.linalg.norm(thigh) / 39.5))
    knee = hip + thigh
    shank = np.array([side * (33 * spread - 0.4), 36.0 * limb[3], 0.0])
    frames["shank", side] = BoneFrame(knee, _towards(side, shank, np.linalg.norm(shank) / 37.5))
    ankle = frames["shank", side].place([0.0, 37.5, 2.0])
    plantar = float(np.clip(pose.plantar[index], 0.2, 0.98))
    out = np.sin(np.deg2rad(pose.toes_out[index])) * 0.8
    forward = _unit(np.array([side * out, plantar, -np.sqrt(1 - plantar**2)]))
    wide = side * _unit(np.array([forward[1], -forward[0], 0.0]))
    back = np.cross(side * wide, forward)
    frames["foot", side] = BoneFrame(ankle, np.stack([wide, forward, back], axis=1))


def _swing(side: Side, angle: float, back: float) -> Vector:
    down = _unit(np.array([side * np.sin(angle), np.cos(angle), back]))
    out = np.array([side * np.cos(angle), -np.sin(angle), 0.0])
    return np.stack([out, down, np.array([0.0, 0.0, 1.0])], axis=1)


def _towards(side: Side, direction: Vector, stretch: float | np.floating) -> Vector:
    down = _unit(np.array([direction[0], direction[1], 0.0]))
    out = side * np.array([down[1], -down[0], 0.0])
    return np.stack([out, down * stretch, np.array([0.0, 0.0, 1.0])], axis=1)


def _about_y(degrees: float) -> Vector:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector))

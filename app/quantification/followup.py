"""What has changed between two scans of a patient: a signed difference map in units of its own error.

z = (c - s p) / sqrt(c + s^2 p + e^2): c the current counts, p the prior ones laid on them, s the scale that
makes a normal bone alike on both. Counts are smoothed lightly first; that divides the variance c + s^2 p of
white noise by 4 pi sigma^2, and what is left of it is used. e is what is no noise: a place missed by
JITTER pixels times the slope of s p there, and uptake that differs by REPEATABILITY from day to day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.annotation.geometry import Mask
from app.quantification.bones import bone_table
from app.quantification.bsi import BoneMap
from app.quantification.registration.frame import body_of
from app.quantification.registration.picture import blurred
from app.quantification.registration.scan_fit import prior_places, sampled
from app.scan.scan import View, ViewName

SIGMA = 1.5
"""Standard deviation of the smoothing, in pixels."""
PLAIN = 5.0
"""|z| from which on a change is plain."""
JITTER = 1.0
"""Pixels by which the registration misses, another blur included; chosen with REPEATABILITY on stable
simulated pairs."""
REPEATABILITY = 0.1
"""Share by which the uptake of a place differs between two days."""
_LEAST_PIXELS = 150
_LEAST_COUNTS = 0.5


@dataclass(frozen=True)
class NormalBone:
    """The normal bone by which the prior scan is scaled: `scale` times its counts are those of today."""

    bone: str
    scale: float
    bones: int
    """How many bones were compared; this one is in the middle."""


@dataclass(frozen=True, eq=False)
class ViewChange:
    """One view now and before, laid upon each other.

    All (rows, cols). `current`, `prior`: smoothed counts, float32, the prior ones scaled and laid on the
    current. `z`: float32, 0 outside the body. `body`: bool, the body on both. `rows`, `columns`: where each
    pixel lies on the prior image, float32.
    """

    name: ViewName
    reference: NormalBone
    current: NDArray[np.float32]
    prior: NDArray[np.float32]
    z: NDArray[np.float32]
    body: Mask
    rows: NDArray[np.float32]
    columns: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None

    def laid(self, prior: Mask) -> Mask:
        """A mask of the prior image, bool (rows, cols), laid on the current one."""
        return np.asarray(sampled(prior, self.rows, self.columns) >= 0.5)

    def area_cm2(self, *, risen: bool) -> float | None:
        """Area where uptake has plainly risen, or fallen; None without spacing."""
        if self.spacing_mm is None:
            return None
        plain = self.z > PLAIN if risen else self.z < -PLAIN
        return int(plain.sum()) * self.spacing_mm[0] * self.spacing_mm[1] / 100.0


def reference_bone(
    prior: View, current: View, before: BoneMap, now: BoneMap, diseased: frozenset[str] = frozenset()
) -> NormalBone | None:
    """The bone whose counts per pixel changed by the median factor of all bones; diseased ones are left out.

    Most bones are normal in most patients, so the one in the middle is; a lesion moves its own bone to the
    end of the row. before, now: uint8 (rows, cols) of each view. None when no bone is seen on both.
    """
    ratios: list[tuple[float, str]] = []
    for bone in bone_table().bones:
        if current.name not in bone.views or bone.title in diseased:
            continue
        then, today = _mean(prior, before == bone.code), _mean(current, now == bone.code)
        if then and today:
            ratios.append((today / then, bone.title))
    if not ratios:
        return None
    scale, title = sorted(ratios)[(len(ratios) - 1) // 2]
    return NormalBone(title, scale, len(ratios))


def _mean(view: View, bone: Mask) -> float:
    """Mean counts per pixel of a bone, bool (rows, cols); 0 where it is too small."""
    pixels = view.counts[bone]
    return max(float(pixels.mean(dtype=np.float64)), 0.0) if pixels.size >= _LEAST_PIXELS else 0.0


def view_change(prior: View, current: View, reference: NormalBone) -> ViewChange | None:
    """Lay the prior view on the current one and take the difference; None when a body is missing."""
    before, now = body_of(prior), body_of(current)
    if before is None or now is None:
        return None
    y, x = prior_places(prior, before, current, now)
    smooth_now = np.clip(blurred(current.counts, SIGMA, SIGMA), 0, None)
    smooth_before = sampled(np.clip(blurred(prior.counts, SIGMA, SIGMA), 0, None), y, x)
    body = now.mask & (sampled(before.mask, y, x) > 0.5)
    z = np.where(body, z_map(smooth_now, smooth_before, reference.scale), np.float32(0))
    return ViewChange(
        name=current.name,
        reference=reference,
        current=smooth_now,
        prior=np.asarray(reference.scale * smooth_before, np.float32),
        z=np.asarray(z, np.float32),
        body=body,
        rows=y,
        columns=x,
        spacing_mm=current.spacing_mm,
    )


def z_map(
    current: NDArray[np.float32],
    prior: NDArray[np.float32],
    scale: float,
    *,
    sigma: float = SIGMA,
    jitter: float = JITTER,
    repeatability: float = REPEATABILITY,
) -> NDArray[np.float32]:
    """z of each pixel from counts smoothed by a Gaussian of `sigma` pixels; float32 (rows, cols) all."""
    expected = scale * prior
    noise = (current + scale * expected) / (4 * math.pi * sigma**2)
    down, across = np.gradient(expected)
    other = jitter**2 * (down**2 + across**2) + (repeatability * expected) ** 2
    enough = current + expected > _LEAST_COUNTS
    z = (current - expected) / np.sqrt(np.maximum(noise + other, 1e-6))
    return np.where(enough, z, 0).astype(np.float32)

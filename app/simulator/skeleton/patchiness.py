"""No bone is even: slow and fine unevenness of the uptake, much alike on both sides of the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.simulator.shapes import Floats

_SCALES_CM = (11.0, 3.2)
"""Length over which the uptake of neighbouring places is alike: of a region, and within a bone.

Strengths were chosen beside the texture of real scans (`benchmarks.beside_real`)."""
_ALIKE = (0.10, 0.06)
"""Standard deviation of the log, the same on both sides, at each scale."""
_APART = (0.04, 0.04)
"""… of what each place has for itself."""
_WAVES = 10
"""Cosines that make up the field at each scale; enough that no stripe is seen."""


@dataclass(frozen=True, eq=False)
class Patchiness:
    """A log-normal random field over one patient's bones, in their own axes, so that no pose changes it.

    A sum of cosines of random wave vectors (random Fourier features of a Gaussian covariance; Rahimi & Recht
    2007, NIPS 20), in |x| for what both sides share. `waves` float32 (3, k) per cm, `phases` and `strengths`
    float32 (k,), for shared and own unevenness.
    """

    waves: tuple[Floats, Floats]
    phases: tuple[Floats, Floats]
    strengths: tuple[Floats, Floats]

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Patchiness:
        """Draw one patient's."""
        scale = np.repeat(_SCALES_CM, _WAVES)
        many = len(scale)
        waves, phases, strengths = [], [], []
        for strength in (_ALIKE, _APART):
            spread = np.array(strength) * np.exp(rng.normal(0, 0.25, len(strength)))
            waves.append((rng.normal(0, 1, (3, many)) / scale).astype(np.float32))
            phases.append(rng.uniform(0, 2 * np.pi, many).astype(np.float32))
            strengths.append((np.repeat(spread, _WAVES) * (2 / _WAVES) ** 0.5).astype(np.float32))
        return cls((waves[0], waves[1]), (phases[0], phases[1]), (strengths[0], strengths[1]))

    def factor(self, xyz: Floats) -> Floats:
        """Factor on the activity of points (n, 3) in cm, x towards the patient's left, float32 (n,)."""
        folded = xyz.astype(np.float32, copy=True)
        folded[:, 0] = np.abs(folded[:, 0])
        total = sum(
            np.cos(places @ waves + phases) @ strengths
            for places, waves, phases, strengths in zip(
                (folded, xyz.astype(np.float32)), self.waves, self.phases, self.strengths, strict=True
            )
        )
        return np.asarray(np.exp(total), dtype=np.float32)

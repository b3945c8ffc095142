"""How the bodies and cameras of a cohort look: as usual, far more varied, or as nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from app.simulator.camera import Camera
from app.simulator.patient import Patient

_TABLE_SPREAD = 0.3
"""Standard deviation of the log of what another anatomy table says of a bone's uptake."""
_FILL_LIMITS = (0.5, 0.97)


class WideGenerator(Generator):
    """A generator whose normal and uniform deviates lie `spread` times as far from their middle."""

    def __init__(self, generator: Generator, spread: float) -> None:
        super().__init__(generator.bit_generator)
        self._spread = spread

    def normal(self, loc=0.0, scale=1.0, size=None):  # type: ignore[no-untyped-def]  # numpy's own overloads
        """As numpy's, wider."""
        return super().normal(loc, np.multiply(scale, self._spread), size)

    def uniform(self, low=0.0, high=1.0, size=None):  # type: ignore[no-untyped-def]
        """As numpy's, wider; what is positive stays so."""
        middle, half = (low + high) / 2, (high - low) / 2 * self._spread
        least = low / 3 if low > 0 else min(low, middle - half) if low < 0 else low
        return super().uniform(max(middle - half, least), middle + half, size)


@dataclass(frozen=True)
class Appearance:
    """What a family of scans has in common; factors on the simulator's usual figures."""

    spread: float = 1.0
    """Scale of the spread of anatomy, uptake and cameras."""
    bone_to_soft: float = 1.0
    vertebral_fill: float = 0.0
    """Added to the height of a vertebral body as a share of the pitch."""
    hole: float = 1.0
    """Scale of the collimator's holes: resolution."""
    scatter: float = 1.0
    counts: float = 1.0
    table_seed: int = 0
    """Another anatomy table: a fixed factor on the uptake of each material; 0 = the usual."""

    def varied(self, rng: Generator) -> Generator:
        """The generator that draws this family's bodies and cameras."""
        return rng if self.spread == 1 else WideGenerator(rng, self.spread)

    def patient(self, usual: Patient) -> Patient:
        """The patient as this family shows them."""
        fill = float(np.clip(usual.vertebral_fill + self.vertebral_fill, *_FILL_LIMITS))
        return replace(usual, bone_to_soft=usual.bone_to_soft * self.bone_to_soft, vertebral_fill=fill)

    def camera(self, usual: Camera) -> Camera:
        """The camera as this family has it."""
        return replace(
            usual,
            hole=usual.hole * self.hole,
            scatter=usual.scatter * self.scatter,
            counts=usual.counts * self.counts,
        )

    def uptake(self, material: int) -> float:
        """Factor on the uptake of the n-th material of the anatomy table."""
        if not self.table_seed:
            return 1.0
        return float(np.exp(np.random.default_rng([self.table_seed, material]).normal(0, _TABLE_SPREAD)))


APPEARANCES: dict[str, Appearance] = {
    "usual": Appearance(),
    "wide": Appearance(spread=1.4),
    "unfamiliar": Appearance(
        bone_to_soft=1.6, vertebral_fill=-0.16, hole=1.35, scatter=1.5, counts=0.5, table_seed=7
    ),
}
"""`wide` is for training, `unfamiliar` for testing on what was never trained on: no spread of `wide` holds
its anatomy table together with its resolution, scatter and counts."""

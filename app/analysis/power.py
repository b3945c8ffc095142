"""Sample size: how many readers and cases a study needs, from the components of a pilot.

Hillis, Obuchowski & Berbaum 2011: with the error (co)variances scaled to the planned number of cases, the F
test of the difference has noncentrality λ = J·δ²/2 / (Var(TR) + Var - Cov1 + (J-1)·max(Cov2-Cov3, 0)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from app.analysis.components import Components


@dataclass(frozen=True)
class PlannedPower:
    """Power of the two-arm comparison with `readers` × `cases`, readers and cases random."""

    readers: int
    cases: int
    power: float


@dataclass(frozen=True)
class PowerGrid:
    """Powers over a grid, the effect they are for, and the smallest study that reaches `target`."""

    effect: float
    alpha: float
    pilot_cases: int
    target: float
    cells: tuple[PlannedPower, ...]
    smallest: PlannedPower | None
    notes: tuple[str, ...]


def power(
    pilot: Components, pilot_cases: int, readers: int, cases: int, effect: float, alpha: float = 0.05
) -> float:
    """Power to find a true difference `effect` between two arms with `readers` ≥ 2 and `cases` of the
    pilot's mix.
    """
    scale = pilot_cases / cases
    error = max(pilot.error - pilot.cov1, 0.0) * scale
    between = pilot.excess * scale
    variance = pilot.arm_reader + error + (readers - 1) * between
    mean_square = pilot.arm_reader + max(error - between, 0.0)
    if not variance > 0:
        return math.nan
    denominator_df = variance**2 / (mean_square**2 / (readers - 1)) if mean_square > 0 else math.inf
    critical = float(special.fdtri(1, min(denominator_df, 1e6), 1.0 - alpha))
    noncentrality = readers * effect**2 / 2.0 / variance
    return float(1.0 - special.ncfdtr(1, min(denominator_df, 1e6), noncentrality, critical))


def power_grid(
    pilot: Components,
    pilot_cases: int,
    readers: tuple[int, ...],
    cases: tuple[int, ...],
    effect: float,
    alpha: float = 0.05,
    target: float = 0.8,
) -> PowerGrid:
    """Powers for every combination; the smallest study is the one with the fewest reads, then the fewest
    readers.
    """
    cells = tuple(
        PlannedPower(j, n, power(pilot, pilot_cases, j, n, effect, alpha)) for j in readers for n in cases
    )
    enough = sorted((c.readers * c.cases, c.readers, c) for c in cells if c.power >= target)
    notes = []
    if pilot.arm_reader_raw < 0:
        notes.append(
            f"The pilot's arm × reader variance is negative ({pilot.arm_reader_raw:.3g}) and was taken as "
            "zero: the power is optimistic about readers."
        )
    if pilot.floor_active:
        notes.append("The pilot's Cov2 is below its Cov3; their difference was taken as zero.")
    return PowerGrid(
        effect, alpha, pilot_cases, target, cells, enough[0][2] if enough else None, tuple(notes)
    )

"""Sample size: how many readers and cases a study needs, from components of a pilot or as they are stated.

Hillis, Obuchowski & Berbaum 2011: with the error (co)variances scaled to the planned number of cases, the
F test of the difference has noncentrality λ = J·δ²/2 / (Var(TR) + Var - Cov1 + (J-1)·max(Cov2-Cov3, 0)).
In a split plot J/G readers share their cases, of which there are N/G, and the readers' degrees of freedom
are J - G (Hillis 2014). Non-inferiority is tested one-sided with half of alpha, by the noncentral t.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import special

from app.analysis.components import Components
from app.analysis.distributions import t_quantile

_ALMOST_NORMAL = 1e6
"""Degrees of freedom from which on F and t are as good as their limits."""


@dataclass(frozen=True)
class StatedComponents:
    """Variance components of AUC that somebody states instead of estimating them."""

    arm_reader: float
    error: float
    cov1: float
    cov2: float
    cov3: float

    @property
    def excess(self) -> float:
        """max(Cov2 - Cov3, 0)."""
        return max(self.cov2 - self.cov3, 0.0)

    @property
    def floor_active(self) -> bool:
        """Whether Cov2 < Cov3, so that the floor at zero was used."""
        return self.cov2 < self.cov3

    @property
    def arm_reader_raw(self) -> float:
        """As stated."""
        return self.arm_reader


PUBLISHED: Mapping[str, tuple[StatedComponents, int, str]] = {
    "van-dyke": (
        StatedComponents(0.000200402, 0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284),
        114,
        "Van Dyke et al. 1993, 5 readers and 114 cases of aortic dissection on two forms of MRI",
    ),
}
"""Components in the literature with their number of cases and where they come from."""


@dataclass(frozen=True)
class PlannedPower:
    """Power of the two-arm comparison with `readers` × `cases`, readers and cases random."""

    readers: int
    cases: int
    power: float


@dataclass(frozen=True)
class Aim:
    """What is to be found: a true difference `effect`, against 0 two-sided, or against `-margin` one-sided.

    `groups` of readers, each with its own part of the cases; 1 is the crossed design. `alpha` is two-sided.
    """

    effect: float
    alpha: float = 0.05
    margin: float = 0.0
    groups: int = 1


@dataclass(frozen=True)
class PowerGrid:
    """Powers over a grid, what they are for, and the smallest study that reaches `target`."""

    aim: Aim
    components: Components | StatedComponents
    pilot_cases: int
    target: float
    cells: tuple[PlannedPower, ...]
    smallest: PlannedPower | None
    notes: tuple[str, ...]

    @property
    def paragraph(self) -> str:
        """The sample size for an application to an ethics committee; "" where no study is large enough."""
        if self.smallest is None:
            return ""
        aim, found = self.aim, self.components
        shown = (
            f"non-inferiority with a margin of {aim.margin:g} in AUC, at a true difference of "
            f"{aim.effect:g}, one-sided at {100 * aim.alpha / 2:g} %"
            if aim.margin
            else f"a difference of {aim.effect:g} in AUC, two-sided at {100 * aim.alpha:g} %"
        )
        design = f" in {aim.groups} groups, each with its part of the cases," if aim.groups > 1 else ""
        return (
            f"{self.smallest.readers} readers{design} and {self.smallest.cases} cases give a power of "
            f"{100 * self.smallest.power:.0f} % to show {shown}, with readers and cases random (Obuchowski "
            "and Rockette 1995; Hillis, Obuchowski and Berbaum 2011). Assumed are, for "
            f"{self.pilot_cases} cases of the same mix, an arm × reader variance of {found.arm_reader:.3g}, "
            f"an error variance of {found.error:.3g}, and covariances of {found.cov1:.3g} (same reader), "
            f"{found.cov2:.3g} (same arm) and {found.cov3:.3g} (neither)."
        )


def power(
    pilot: Components | StatedComponents, pilot_cases: int, readers: int, cases: int, aim: Aim
) -> float:
    """Power to reach the aim with `readers` ≥ 2 and `cases` of the pilot's mix, in all groups together."""
    groups = min(aim.groups, readers)
    scale = pilot_cases * groups / cases
    together = readers / groups
    error = max(pilot.error - pilot.cov1, 0.0) * scale
    between = pilot.excess * scale if together > 1 else 0.0
    variance = pilot.arm_reader + error + (together - 1) * between
    mean_square = pilot.arm_reader + max(error - between, 0.0)
    if not variance > 0:
        return math.nan
    reader_df = readers - groups if together > 1 else readers - 1
    df = variance**2 / (mean_square**2 / reader_df) if mean_square > 0 else math.inf
    df = min(df, _ALMOST_NORMAL)
    if aim.margin:
        away = (aim.effect + aim.margin) / math.sqrt(2.0 * variance / readers)
        return float(1.0 - special.nctdtr(df, away, t_quantile(1.0 - aim.alpha / 2.0, df)))
    critical = float(special.fdtri(1, df, 1.0 - aim.alpha))
    noncentrality = readers * aim.effect**2 / 2.0 / variance
    return float(1.0 - special.ncfdtr(1, df, noncentrality, critical))


def power_grid(
    pilot: Components | StatedComponents,
    pilot_cases: int,
    readers: tuple[int, ...],
    cases: tuple[int, ...],
    aim: Aim,
    target: float = 0.8,
) -> PowerGrid:
    """Powers for every combination; the smallest study is the one with the fewest reads, then the fewest
    readers. In a split plot only equal groups are tried.
    """
    cells = tuple(
        PlannedPower(j, n, power(pilot, pilot_cases, j, n, aim))
        for j in readers
        if j % aim.groups == 0
        for n in cases
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
    return PowerGrid(aim, pilot, pilot_cases, target, cells, enough[0][2] if enough else None, tuple(notes))

"""Mean squares and variance components of an Obuchowski-Rockette analysis: crossed, or a split plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.placements import Floats
from app.analysis.rounding import settled

Groups = NDArray[np.intp]
"""The group of each reader, int (readers,)."""


@dataclass(frozen=True)
class ArmComponents:
    """What one arm alone says: mean figure of merit, MSR(i), Var(i) and Cov2(i)."""

    estimate: float
    ms_reader: float
    error: float
    cov2: float


@dataclass(frozen=True)
class Components:
    """Variance components of I arms × J readers (Obuchowski & Rockette 1995; Hillis 2007).

    Readers may be in groups that each have cases of their own (split-plot). Mean squares of readers, `cov2`
    and `cov3` are then those within groups (Hillis 2014, mixed split plot), `together` is how many readers
    share their cases, Σ J(g)²/J, and `reader_df` is J less the number of groups. In a crossed design, and
    where nobody shares cases with anybody, these are J and J - 1.

    `error` is the mean diagonal of the covariance; `cov1` same reader and different arm, `cov2` same arm and
    different reader, `cov3` both different (NaN where the design has no such pair). `reader_raw` and
    `arm_reader_raw` may be negative and are reported as they are; `reader` and `arm_reader` are cut at zero.
    What is rounding noise beside the numbers it is the difference of is 0.
    """

    arms: int
    readers: int
    ms_arm: float
    ms_reader: float
    ms_arm_reader: float
    error: float
    cov1: float
    cov2: float
    cov3: float
    per_arm: tuple[ArmComponents, ...]
    together: float
    reader_df: int

    @property
    def reader_raw(self) -> float:
        """Var(R) = (MSR - MSTR)/I - Cov1 + Cov3."""
        terms = self.ms_reader / self.arms, -self.ms_arm_reader / self.arms, -self.cov1, self.cov3
        return settled(sum(terms), *terms)

    @property
    def arm_reader_raw(self) -> float:
        """Var(TR) = MSTR - Var + Cov1 + (Cov2 - Cov3)."""
        terms = self.ms_arm_reader, -self.error, self.cov1, self.cov2, -self.cov3
        return settled(sum(terms), *terms)

    @property
    def reader(self) -> float:
        """Var(R), not below zero."""
        return max(self.reader_raw, 0.0)

    @property
    def arm_reader(self) -> float:
        """Var(TR), not below zero."""
        return max(self.arm_reader_raw, 0.0)

    @property
    def excess(self) -> float:
        """max(Cov2 - Cov3, 0), the floor of Hillis 2007."""
        return max(self._excess_raw, 0.0)

    @property
    def floor_active(self) -> bool:
        """Whether Cov2 < Cov3, so that the floor at zero was used."""
        return self._excess_raw < 0

    @property
    def fixed_reader_variance(self) -> float:
        """Var - Cov1 + (J-1)·max(Cov2 - Cov3, 0): what the arms differ by over cases, readers fixed.

        J is here the number of readers who share their cases.
        """
        between = (self.together - 1) * self.excess if self.readers > 1 else 0.0
        return settled(self.error - self.cov1 + between, self.error, self.cov1, between)

    @property
    def _excess_raw(self) -> float:
        return settled(self.cov2 - self.cov3, self.cov2, self.cov3)


def components(theta: Floats, covariance: Floats, groups: Groups | None = None) -> Components:
    """The components of a crossed design, or of a split plot.

    `theta`: float64 (arms, readers). `covariance`: float64 (arms, readers, arms, readers). `groups`: int
    (readers,), readers with the same number share their cases, others have none in common; None: all do.
    """
    arms, readers = theta.shape
    group = np.zeros(readers, np.intp) if groups is None else np.asarray(groups)
    sizes = np.unique_counts(group).counts
    if sizes.max() == 1:  # nobody shares cases: no covariance between readers, one group is all there is
        group, sizes = np.zeros(readers, np.intp), np.array([readers])
    reader_df = readers - len(sizes)
    arm_mean, grand = theta.mean(axis=1), theta.mean()
    belongs = (group[:, None] == group[None, :]) / sizes[np.unique_inverse(group).inverse_indices]
    centred = theta - theta @ belongs  # from the mean of the reader's group in that arm
    by_reader = centred.mean(axis=0)
    residual = centred - by_reader
    same_arm = np.eye(arms, dtype=bool)[:, None, :, None]
    same_reader = np.eye(readers, dtype=bool)[None, :, None, :]
    colleague = (group[:, None] == group[None, :])[None, :, None, :] & ~same_reader
    shared = (group[:, None] == group[None, :]) & ~np.eye(readers, dtype=bool)
    per_arm = []
    for arm in range(arms):
        block = covariance[arm, :, arm, :]
        trace = float(np.trace(block))
        per_arm.append(
            ArmComponents(
                estimate=float(arm_mean[arm]),
                ms_reader=_ratio(float(np.sum(centred[arm] ** 2)), reader_df),
                error=trace / readers,
                cov2=settled(_ratio(float(block[shared].sum()), int(shared.sum())), trace / readers),
            )
        )

    def mean_where(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
        chosen = covariance[np.broadcast_to(mask, covariance.shape)]
        return float(chosen.mean()) if chosen.size else float("nan")

    return Components(
        arms=arms,
        readers=readers,
        ms_arm=_ratio(readers * float(np.sum((arm_mean - grand) ** 2)), arms - 1),
        ms_reader=_ratio(arms * float(np.sum(by_reader**2)), reader_df),
        ms_arm_reader=_ratio(float(np.sum(residual**2)), (arms - 1) * reader_df),
        error=mean_where(same_arm & same_reader),
        cov1=mean_where(~same_arm & same_reader),
        cov2=mean_where(same_arm & colleague),
        cov3=mean_where(~same_arm & colleague),
        per_arm=tuple(per_arm),
        together=float(np.sum(sizes**2)) / readers,
        reader_df=reader_df,
    )


def _ratio(total: float, degrees: int) -> float:
    return settled(total / degrees) if degrees > 0 else float("nan")

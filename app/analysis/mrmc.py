"""Multi-reader multi-case inference after Obuchowski & Rockette 1995 with the degrees of freedom of Hillis
2007.

It serves every figure of merit that comes with a covariance: AUC, sensitivity, specificity, wAFROC.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.analysis.components import ArmComponents, Components, Groups, components
from app.analysis.distributions import chi2_upper, clipped, f_upper, interval, t_two_sided
from app.analysis.exact import NOTHING, Unvarying, exact_interval
from app.analysis.placements import Floats
from app.analysis.rounding import settled
from app.analysis.variance_notes import unvarying_notes, variance_notes
from app.plan import Generalise

_DRAWN = {Generalise.BOTH: "a reader and cases", Generalise.CASES: "cases", Generalise.READERS: "a reader"}


@dataclass(frozen=True)
class FTest:
    """An F test; `df2` is infinite where the denominator carries no reader variance."""

    f: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True)
class ChiSquareTest:
    """A χ² test."""

    chi2: float
    df: float
    p: float


@dataclass(frozen=True)
class ArmEstimate:
    """The mean figure of merit of one arm with standard error, df and interval, the interval cut to [0,
    1]; `exact` where no variance could be estimated and the interval is that of `exact_interval`.
    """

    arm: str
    estimate: float
    se: float
    df: float
    ci: tuple[float, float]
    exact: bool = False


@dataclass(frozen=True)
class ArmDifference:
    """First arm minus second arm; `exact` as in `ArmEstimate`."""

    first: str
    second: str
    estimate: float
    se: float
    t: float
    df: float
    p: float
    ci: tuple[float, float]
    exact: bool = False


@dataclass(frozen=True)
class MrmcResult:
    """One MRMC analysis of a crossed design or a split plot.

    A test the design does not allow is None and `notes` say why.
    """

    measure: str
    covariance: str
    generalise: Generalise
    readers: tuple[str, ...]
    components: Components
    arms: tuple[ArmEstimate, ...]
    random_readers_random_cases: FTest | None
    fixed_readers: ChiSquareTest | None
    fixed_cases: FTest | None
    differences: tuple[ArmDifference, ...]
    notes: tuple[str, ...]


def analyse(
    theta: Floats,
    covariance: Floats,
    arms: tuple[str, ...],
    readers: tuple[str, ...],
    generalise: Generalise = Generalise.BOTH,
    measure: str = "AUC",
    method: str = "jackknife",
    unvarying: Unvarying | None = None,
    groups: Groups | None = None,
) -> MrmcResult:
    """Analyse `theta`, float64 (arms, readers), with `covariance`, float64 (arms, readers, arms, readers).

    `unvarying` says where the cases leave no variance; such arms get exact intervals. `groups` are those of
    a split plot, as `components` takes them.

    Differences are second arm minus first for two arms in the order given ("aided - unaided"), and all pairs
    beyond. With one reader only "fixed readers" is defined; the result falls back to it and says so.
    """
    found = components(theta, covariance, groups)
    notes: list[str] = []
    if found.readers == 1 and generalise is not Generalise.CASES:
        notes.append("One reader only: the conclusion extends to cases, not to readers.")
        generalise = Generalise.CASES
    pairs = [(second, first) for first in range(found.arms) for second in range(first + 1, found.arms)]
    draws = generalise.draws(found.readers, unvarying.cases if unvarying else 0)
    silent = [unvarying is not None and bool(unvarying.constant[arm].all()) for arm in range(found.arms)]
    constant = [same or generalise is Generalise.READERS for same in silent]
    estimates = tuple(
        _arm(name, own, found, generalise, draws if same else 0)
        for name, own, same in zip(arms, found.per_arm, constant, strict=True)
    )
    notes += variance_notes(found)
    over_cases = generalise is not Generalise.READERS
    notes += unvarying_notes(
        [name for name, same in zip(arms, silent, strict=True) if same and over_cases],
        [one.arm for one in estimates if one.exact],
        found.arms,
        f"{draws} independent draws of {_DRAWN[generalise]}",
    )
    return MrmcResult(
        measure=measure,
        covariance=method,
        generalise=generalise,
        readers=readers,
        components=found,
        arms=estimates,
        random_readers_random_cases=_random_readers_random_cases(found),
        fixed_readers=_fixed_readers(found),
        fixed_cases=_fixed_cases(found),
        differences=tuple(
            _difference(
                arms[a],
                arms[b],
                found.per_arm[a].estimate - found.per_arm[b].estimate,
                found,
                generalise,
                draws if constant[a] and constant[b] else 0,
            )
            for a, b in pairs
        ),
        notes=tuple(notes),
    )


def _random_readers_random_cases(found: Components) -> FTest | None:
    if found.arms < 2 or found.readers < 2:
        return None
    denominator = found.ms_arm_reader + found.together * found.excess
    df1 = found.arms - 1
    df2 = _hillis(denominator, found.ms_arm_reader, df1 * found.reader_df)
    f = _divide(found.ms_arm, denominator)
    return FTest(f, df1, df2, f_upper(f, df1, df2))


def _fixed_readers(found: Components) -> ChiSquareTest | None:
    if found.arms < 2:
        return None
    df = found.arms - 1
    chi2 = _divide(df * found.ms_arm, found.fixed_reader_variance)
    return ChiSquareTest(chi2, df, chi2_upper(chi2, df))


def _fixed_cases(found: Components) -> FTest | None:
    if found.arms < 2 or found.readers < 2:
        return None
    df1, df2 = found.arms - 1, (found.arms - 1) * found.reader_df
    f = _divide(found.ms_arm, found.ms_arm_reader)
    return FTest(f, df1, df2, f_upper(f, df1, df2))


def _difference(
    first: str, second: str, estimate: float, found: Components, generalise: Generalise, draws: int
) -> ArmDifference:
    """`draws`: independent draws that all gave this difference; they only count without a variance."""
    readers = found.readers
    match generalise:
        case Generalise.BOTH:
            variance = found.ms_arm_reader + found.together * found.excess
            df = _hillis(variance, found.ms_arm_reader, (found.arms - 1) * found.reader_df)
        case Generalise.CASES:
            variance, df = found.fixed_reader_variance, math.inf
        case Generalise.READERS:
            variance, df = found.ms_arm_reader, float((found.arms - 1) * found.reader_df)
    if not variance > 0:
        nan = math.nan
        ci = exact_interval(estimate, draws, -1.0) if variance == 0.0 else NOTHING
        return ArmDifference(first, second, estimate, nan, nan, nan, nan, ci, not math.isnan(ci[0]))
    se = math.sqrt(2.0 * variance / readers)
    t = estimate / se
    return ArmDifference(first, second, estimate, se, t, df, t_two_sided(t, df), interval(estimate, se, df))


def _arm(name: str, own: ArmComponents, found: Components, generalise: Generalise, draws: int) -> ArmEstimate:
    """`draws` as in `_difference`."""
    readers = found.readers
    cov2 = max(own.cov2, 0.0) if readers > 1 else 0.0
    match generalise:
        case Generalise.BOTH:
            variance = own.ms_reader + found.together * cov2
            df = _hillis(variance, own.ms_reader, found.reader_df)
        case Generalise.CASES:
            variance, df = own.error + (found.together - 1) * cov2, math.inf
        case Generalise.READERS:
            variance, df = own.ms_reader, float(found.reader_df)
    if settled(variance) == 0.0:
        ci = exact_interval(own.estimate, draws)
        return ArmEstimate(name, own.estimate, math.nan, math.nan, ci, not math.isnan(ci[0]))
    se = math.sqrt(variance / readers) if variance >= 0 else math.nan
    return ArmEstimate(name, own.estimate, se, df, clipped(interval(own.estimate, se, df)))


def _hillis(denominator: float, mean_square: float, df: int) -> float:
    """Degrees of freedom of Hillis 2007: denominator² / (mean square² / df)."""
    if mean_square == 0.0:
        return math.inf if denominator > 0 else math.nan
    return denominator**2 / (mean_square**2 / df)


def _divide(value: float, by: float) -> float:
    return value / by if by > 0 else math.nan

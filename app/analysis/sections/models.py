"""Reading time and right calls by arm, period, carry-over, place in the list and experience, all at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.distributions import interval, t_two_sided
from app.analysis.gee import estimating_equations
from app.analysis.mixed import can_fit, mixed_model
from app.analysis.model_rows import AccuracyModel, ModelTerm, TimeModel
from app.analysis.placements import Bools, Floats
from app.analysis.readings import Readings
from app.analysis.traits import Traits

EXPERIENCE = "years_experience"
"""The question of the standard questionnaire that tells it."""
_EXACT = 1e-6
"""A rest of the variance below this share is none: times that follow from the terms leave nothing to test."""
PER_TEN, SECOND, CARRIED = "ten cases later in the list", "second visit", "arm × second visit (carry-over)"
PER_DECADE = "ten more years of experience"


@dataclass(frozen=True, eq=False)
class _Design:
    """Reads in a row: codes int (n,), columns float64 (n, p) with their names; the first is the intercept."""

    arm: NDArray[np.intp]
    reader: NDArray[np.intp]
    case: NDArray[np.intp]
    names: tuple[str, ...]
    columns: Floats
    left_out: tuple[str, ...]


def time_model(readings: Readings, traits: Traits) -> TimeModel | None:
    """Log seconds; None below two readers, where nothing but reader and case is known, or `not can_fit()`.

    Readers, cases and readers' own effects of an arm are random. Terms are tested by t with as many df as
    readers less one (experience: less two), as if each reader gave one number, which is never too sure.
    """
    design = _design(readings, readings.seconds > 0, traits, readers_fixed=False)
    if design is None or not can_fit():
        return None
    y = np.log(readings.seconds[design.arm, design.reader, design.case])
    factors = [_packed(design.reader), _packed(design.case)]
    several = len(np.unique(design.arm)) > 1
    if several:
        factors.append(_packed(design.reader * len(readings.arms) + design.arm))
    if len(y) <= design.columns.shape[1] + 1 or np.ptp(y) == 0.0:
        return None
    fit = mixed_model(y, design.columns, factors)
    if fit.residual < _EXACT * float(np.var(y)):
        return None
    readers = int(factors[0].max()) + 1
    errors = np.sqrt(np.diag(fit.covariance))
    terms = tuple(
        _term(name, float(fit.beta[at]), float(errors[at]), readers - (2 if name == PER_DECADE else 1))
        for at, name in enumerate(design.names)
        if at
    )
    spread = [math.sqrt(variance) for variance in fit.variances]
    own = spread[2] if several else math.nan
    return TimeModel(
        len(y), readers, int(factors[1].max()) + 1, terms, design.left_out, spread[0], spread[1], own,
        math.sqrt(fit.residual),
    )  # fmt: skip


def accuracy_model(readings: Readings, traits: Traits) -> AccuracyModel | None:
    """Odds of a right call, so that learning and carry-over show in accuracy too; None without a finite fit.

    Readers who were always right or always wrong say nothing and are left out.
    """
    right = np.where(np.isnan(readings.call), np.nan, (readings.call > 0.5) == readings.truth)
    with np.errstate(invalid="ignore"):
        mixed = (np.nansum(right, axis=(0, 2)) > 0) & (np.nansum(1.0 - right, axis=(0, 2)) > 0)
    given = ~np.isnan(right) & mixed[None, :, None]
    design = _design(readings, given, traits, readers_fixed=True)
    if design is None:
        return None
    cases = _packed(design.case)
    fitted = estimating_equations(design.columns, right[design.arm, design.reader, design.case], cases)
    if fitted is None:
        return None
    beta, variances = fitted
    shown = [at for at, name in enumerate(design.names) if at and not name.startswith("reader ")]
    errors = [math.sqrt(variances[at]) if variances[at] > 0 else math.nan for at in shown]
    return AccuracyModel(
        len(cases),
        int(mixed.sum()),
        int(cases.max()) + 1,
        tuple(
            _term(design.names[at], float(beta[at]), se, math.inf)
            for at, se in zip(shown, errors, strict=True)
        ),
        design.left_out,
    )


def _design(readings: Readings, given: Bools, traits: Traits, readers_fixed: bool) -> _Design | None:
    """The terms that the study knows; None where there is none but the intercept."""
    arm, reader, case = np.nonzero(given)
    if len(np.unique(reader)) < 2:
        return None
    every = range(1, len(readings.arms))
    wanted: list[tuple[str, Floats]] = [
        (f"{readings.arms[one]} against {readings.arms[0]}", (arm == one).astype(np.float64)) for one in every
    ]
    unsaid: list[str] = []
    position = readings.position[arm, reader, case]
    if not np.isnan(position).any():
        wanted.append((PER_TEN, (position - position.mean()) / 10.0))
    visit = None if readings.visit is None else readings.visit[arm, reader, case]
    if visit is not None and not np.isnan(visit).any():
        second = (visit % 2 == 0).astype(np.float64)
        wanted.append((SECOND, second))
        if len(readings.arms) == 2:
            wanted.append((CARRIED, second * (arm == 1)))
    years = _years(readings, traits)
    if readers_fixed:
        wanted += [
            (f"reader {readings.readers[one]}", (reader == one).astype(np.float64))
            for one in np.unique(reader)[1:]
        ]
    elif years is not None:
        wanted.append((PER_DECADE, (years[reader] - years.mean()) / 10.0))
    columns, names = [np.ones(len(arm))], ["intercept"]
    for name, column in wanted:
        if np.linalg.matrix_rank(np.column_stack([*columns, column])) > len(columns):
            columns.append(column)
            names.append(name)
        elif np.ptp(column) > 0:
            unsaid.append(name)
    if len(columns) < 2:
        return None
    return _Design(arm, reader, case, tuple(names), np.column_stack(columns), tuple(unsaid))


def _years(readings: Readings, traits: Traits) -> Floats | None:
    """Years of experience of each reader, float64 (readers,); None unless all told, and are four or more."""
    told = traits.readers.get(EXPERIENCE, {})
    try:
        years = np.array([float(told[reader]) for reader in readings.readers])
    except (KeyError, ValueError):
        return None
    return years if len(years) > 3 else None


def _packed(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same codes from 0 without gaps."""
    return np.unique_inverse(codes).inverse_indices


def _term(name: str, beta: float, se: float, df: float) -> ModelTerm:
    low, high = interval(beta, se, df)
    ratio, *limits = (math.exp(min(value, _HUGE)) for value in (beta, low, high))
    return ModelTerm(name, beta, se, df, t_two_sided(beta / se, df), ratio, (limits[0], limits[1]))


_HUGE = 700.0
"""The exponential of more is no number."""

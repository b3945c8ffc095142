"""What matters where the test is used: the curve at high specificity, and net benefit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.analysis.benefit import net_benefit
from app.analysis.bootstrap import Resamples
from app.analysis.model_rows import DecisionCurve, HighSpecificity
from app.analysis.partial import LeftEnd, left_end
from app.analysis.placements import Floats
from app.analysis.readings import Predictions, Readings

MEAN = "mean of the readers"


def high_specificity(
    readings: Readings, predictions: Predictions, resamples: Resamples, specificity: float
) -> tuple[HighSpecificity, ...]:
    """Every reader and algorithm, the mean of each arm's readers, and differences of means on the same cases.

    Cases are random and readers fixed in all intervals, percentiles of the resamples that all share.
    """
    rows: list[HighSpecificity] = []
    ends: dict[tuple[str, str], tuple[LeftEnd, LeftEnd]] = {}
    named = [
        (arm, reader, readings.rating[i, j])
        for i, arm in enumerate(readings.arms)
        for j, reader in enumerate(readings.readers)
    ]
    named += [("", model, score) for model, score in zip(predictions.models, predictions.score, strict=True)]
    for arm, rater, scores in named:
        seen = ~np.isnan(scores)
        if (seen & readings.truth).any() and (seen & ~readings.truth).any():
            ends[arm, rater] = (
                left_end(scores, readings.truth, specificity),
                left_end(scores, readings.truth, specificity, resamples),
            )
            rows.append(_row(arm, rater, specificity, *ends[arm, rater]))
    means = {}
    for arm in readings.arms:
        own = [ends[arm, reader] for reader in readings.readers if (arm, reader) in ends]
        if len(own) > 1:
            means[arm] = _mean([one for one, _ in own]), _mean([drawn for _, drawn in own])
            rows.append(_row(arm, MEAN, specificity, *means[arm]))
    for before, first in enumerate(readings.arms):
        for second in readings.arms[before + 1 :]:
            both = [
                reader for reader in readings.readers if (first, reader) in ends and (second, reader) in ends
            ]
            if both:
                kinds = [
                    _less(*(_mean([ends[arm, reader][kind] for reader in both]) for arm in (second, first)))
                    for kind in (0, 1)
                ]
                rows.append(_row(f"{second} − {first}", MEAN, specificity, *kinds))
    return tuple(rows)


def _mean(ends: Sequence[LeftEnd]) -> LeftEnd:
    return LeftEnd(
        np.mean([one.area for one in ends], axis=0), np.mean([one.sensitivity for one in ends], axis=0)
    )


def _less(first: LeftEnd, second: LeftEnd) -> LeftEnd:
    return LeftEnd(first.area - second.area, first.sensitivity - second.sensitivity)


def _row(arm: str, rater: str, specificity: float, found: LeftEnd, drawn: LeftEnd) -> HighSpecificity:
    return HighSpecificity(
        arm,
        rater,
        specificity,
        float(found.area[0]),
        _percentiles(drawn.area),
        float(found.sensitivity[0]),
        _percentiles(drawn.sensitivity),
    )


def _percentiles(values: Floats) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def decision_curves(readings: Readings, predictions: Predictions) -> tuple[DecisionCurve, ...]:
    """Of every reader on a scale of probabilities, and of every algorithm whose scores lie in 0-1."""
    top = readings.certainty
    rows = []
    if top:
        for i, arm in enumerate(readings.arms):
            for j, reader in enumerate(readings.readers):
                stated = readings.rating[i, j] / top
                if not np.isnan(stated).all():
                    rows.append(DecisionCurve(arm, reader, net_benefit(stated, readings.truth)))
    for model, score in zip(predictions.models, predictions.score, strict=True):
        if np.nanmin(score) >= 0.0 and np.nanmax(score) <= 1.0:
            rows.append(DecisionCurve("", model, net_benefit(score, readings.truth)))
    return tuple(rows)

"""Readers as a group beside each algorithm, as papers print them; calibration; mean curves."""

from __future__ import annotations

import math

import numpy as np

from app.analysis.bootstrap import Resamples
from app.analysis.calibration import calibration
from app.analysis.operating import from_counts
from app.analysis.readings import Predictions, Readings
from app.analysis.results import (
    ArmCurve,
    GroupSummary,
    RaterAuc,
    RaterCalibration,
    RaterOperating,
    ReadingTimes,
)
from app.analysis.roc import mean_curve_band
from app.analysis.timing import TimeSpan, summarise_times


def group_summaries(
    readings: Readings,
    predictions: Predictions,
    aucs: tuple[RaterAuc, ...],
    operating: tuple[RaterOperating, ...],
    times: ReadingTimes | None,
) -> tuple[GroupSummary, ...]:
    """One row per arm and one per algorithm."""
    groups = [(arm, [row for row in aucs if row.arm == arm], arm) for arm in readings.arms]
    groups += [
        (model, [row for row in aucs if not row.arm and row.reader == model], "")
        for model in predictions.models
    ]
    rows = []
    for name, members, arm in groups:
        if not members:
            continue
        points = [
            row.point
            for row in operating
            if row.arm == arm and row.reader in {member.reader for member in members}
        ]
        if arm:
            own = [row for row in times.readers if row.arm == arm] if times else []
            timed = [row.seconds for row in own if row.span is not TimeSpan.WITH_AI]
        else:
            answers = predictions.seconds_of(name)
            timed = [summarise_times(answers)] if len(answers) else []
        values = np.array([row.auc for row in members])
        pooled = np.concatenate([row.distribution for row in members])
        f1 = [point.f1 for point in points]
        total = from_counts(
            *(sum(getattr(point, key) for point in points) for key in ("tp", "fp", "fn", "tn"))
        )
        reads = sum(row.n for row in timed)
        minutes = sum(row.total_minutes for row in timed)
        rows.append(
            GroupSummary(
                group=name,
                raters=len(members),
                auc_median=float(np.median(values)),
                auc_iqr=_iqr(values) if len(values) > 1 else math.nan,
                bootstrap_median=float(np.nanmedian(pooled)),
                bootstrap_iqr=_iqr(pooled[~np.isnan(pooled)]),
                f1_median=float(np.median(f1)) if f1 else math.nan,
                f1_pooled=total.f1,
                minutes_per_reader=minutes / len(timed) if timed else math.nan,
                seconds_per_case=60.0 * minutes / reads if reads else math.nan,
            )
        )
    return tuple(rows)


def calibrations(readings: Readings, predictions: Predictions) -> tuple[RaterCalibration, ...]:
    """Calibration of every reader and algorithm."""
    rows = []
    for i, arm in enumerate(readings.arms):
        for j, reader in enumerate(readings.readers):
            if (~np.isnan(readings.rating[i, j])).any():
                found = calibration(readings.rating[i, j], readings.truth, readings.certainty)
                rows.append(RaterCalibration(arm, reader, found))
    for model, score in zip(predictions.models, predictions.score, strict=True):
        inside = np.nanmin(score) >= 0.0 and np.nanmax(score) <= 1.0
        rows.append(RaterCalibration("", model, calibration(score, readings.truth, 1.0 if inside else None)))
    return tuple(rows)


def arm_curves(readings: Readings, resamples: Resamples) -> tuple[ArmCurve, ...]:
    """The mean ROC curve of each arm with its band, over the readers who read both classes."""
    rows = []
    for arm, scores in zip(readings.arms, readings.rating, strict=True):
        seen = ~np.isnan(scores)
        complete = seen[:, readings.truth].any(axis=1) & seen[:, ~readings.truth].any(axis=1)
        if complete.any():
            rows.append(ArmCurve(arm, mean_curve_band(scores[complete], readings.truth, resamples)))
    return tuple(rows)


def _iqr(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low)

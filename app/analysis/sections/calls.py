"""Yes/no calls: operating points, paired and unpaired comparisons, odds of being right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.analysis.gee import arm_odds
from app.analysis.operating import operating_point
from app.analysis.placements import Bools, Floats
from app.analysis.proportions import mcnemar, two_proportions
from app.analysis.readings import Predictions, Readings
from app.analysis.results import CallOdds, PairedCalls, RaterOperating, UnpairedCalls, rater_label
from app.analysis.sections.aucs import comparable

Called = tuple[list[tuple[str, str]], Floats]


def stacked_calls(readings: Readings, predictions: Predictions) -> Called:
    """Names (arm, reader) and calls, float64 (raters, cases), readers arm by arm, then algorithms."""
    names = [(arm, reader) for arm in readings.arms for reader in readings.readers]
    names += [("", model) for model in predictions.models]
    return names, np.vstack([readings.call.reshape(-1, len(readings.cases)), predictions.call])


def operating_points(called: Called, truth: Bools) -> tuple[RaterOperating, ...]:
    """The operating point of everybody who called at least one case."""
    names, calls = called
    return tuple(
        RaterOperating(arm, reader, operating_point(row, truth))
        for (arm, reader), row in zip(names, calls, strict=True)
        if (~np.isnan(row)).any()
    )


def compared_pairs(readings: Readings, predictions: Predictions) -> Iterator[tuple[int, int]]:
    """The pairs of `comparable`, and readers of one arm with each other."""
    yield from comparable(readings, predictions)
    readers = len(readings.readers)
    for arm in range(len(readings.arms)):
        for one in range(readers):
            for two in range(one + 1, readers):
                yield arm * readers + one, arm * readers + two


def _measures(truth: Bools) -> tuple[tuple[str, Bools], ...]:
    return ("accuracy", np.ones_like(truth)), ("sensitivity", truth), ("specificity", ~truth)


def paired_calls(called: Called, truth: Bools, pairs: Iterator[tuple[int, int]]) -> tuple[PairedCalls, ...]:
    """McNemar's test of each pair on the cases both called.

    `called`: names, and calls float64 (callers, cases), NaN = not called; `truth`: bool (cases,); `pairs`:
    places of two callers.
    """
    names, calls = called
    given = ~np.isnan(calls)
    right = (np.nan_to_num(calls) > 0.5) == truth
    rows = []
    for one, two in pairs:
        both = given[one] & given[two]
        if not both.any():
            continue
        only_first, only_second = right[one] & ~right[two] & both, ~right[one] & right[two] & both
        first, second = rater_label(*names[one]), rater_label(*names[two])
        for measure, among in _measures(truth):
            test = mcnemar(int((only_first & among).sum()), int((only_second & among).sum()))
            rows.append(
                PairedCalls(first, second, measure, test.n10, test.n01, test.p_exact, test.p_mid, test.p_chi2)
            )
    return tuple(rows)


def unpaired_calls(
    called: Called, truth: Bools, pairs: Iterator[tuple[int, int]]
) -> tuple[UnpairedCalls, ...]:
    """Pearson's χ² of each pair, each on all that it called; arrays as in `paired_calls`."""
    names, calls = called
    given = ~np.isnan(calls)
    right = ((np.nan_to_num(calls) > 0.5) == truth) & given
    counts = {
        measure: ((right & among).sum(axis=1).tolist(), (given & among).sum(axis=1).tolist())
        for measure, among in _measures(truth)
    }
    rows = []
    for one, two in pairs:
        first, second = rater_label(*names[one]), rater_label(*names[two])
        for measure, (hits, totals) in counts.items():
            if not totals[one] or not totals[two]:
                continue
            test = two_proportions(hits[one], totals[one], hits[two], totals[two])
            rows.append(
                UnpairedCalls(
                    first,
                    second,
                    measure,
                    *test.first,
                    *test.second,
                    test.chi2_uncorrected,
                    test.p_chi2_uncorrected,
                )
            )
    return tuple(rows)


def call_odds(readings: Readings) -> tuple[CallOdds, ...]:
    """Each later arm against the first one: odds of a right call on all, diseased and normal cases."""
    right = np.where(np.isnan(readings.call), np.nan, (readings.call > 0.5) == readings.truth)
    return tuple(
        CallOdds(measure, readings.arms[found.arm], readings.arms[0], found)
        for measure, among in _measures(readings.truth)
        for found in arm_odds(right[:, :, among])
    )

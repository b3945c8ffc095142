"""AUCs of readers and algorithms with both intervals, and DeLong's paired tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.analysis.bootstrap import Resamples, bootstrap_auc, draw, summarise
from app.analysis.covariance import covariance, delong
from app.analysis.delong import delong_interval, paired_difference
from app.analysis.exact import NOTHING, exact_interval
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Bools, Floats, Placements, placements
from app.analysis.readings import Predictions, Readings
from app.analysis.results import PairedAuc, RaterAuc
from app.analysis.roc import roc_curve


@dataclass(frozen=True, eq=False)
class Raters:
    """All raters in one stack: the readers arm by arm, then the algorithms.

    `scores`: float64 (raters, cases). `names`: (arm, reader) of each; an algorithm's arm is empty.
    `covariance`: float64 (raters, raters) by the method of the options; `delong` the same by DeLong.
    """

    names: tuple[tuple[str, str], ...]
    scores: Floats
    truth: Bools
    placements: Placements
    covariance: Floats
    delong: Floats


def stack(readings: Readings, predictions: Predictions, options: AnalysisOptions) -> Raters:
    """Stack readers and algorithms and estimate the covariance of all AUCs at once."""
    names = [(arm, reader) for arm in readings.arms for reader in readings.readers]
    names += [("", model) for model in predictions.models]
    scores = np.vstack([readings.rating.reshape(-1, len(readings.cases)), predictions.score])
    found = placements(scores, readings.truth)
    return Raters(
        tuple(names),
        scores,
        readings.truth,
        found,
        covariance(scores, readings.truth, options.covariance),
        delong(found),
    )


def rater_aucs(raters: Raters, options: AnalysisOptions) -> tuple[tuple[RaterAuc, ...], Resamples]:
    """AUC rows of all raters who read both classes, and the resamples they share."""
    resamples = draw(raters.truth, options.bootstrap, options.seed, options.stratified)
    present = [place for place in range(len(raters.names)) if not np.isnan(raters.placements.auc[place])]
    if not present:
        return (), resamples
    distributions = np.stack(
        [bootstrap_auc(raters.scores[place], raters.truth, resamples) for place in present]
    )
    rows = []
    for place, distribution, summary in zip(
        present, distributions, summarise(distributions, resamples), strict=True
    ):
        auc, variance = float(raters.placements.auc[place]), float(raters.delong[place, place])
        arm, reader = raters.names[place]
        positives = int(raters.placements.n_positive[place])
        negatives = int(raters.placements.n_negative[place])
        fewer, alike = min(positives, negatives), bool(raters.placements.constant[place])
        rows.append(
            RaterAuc(
                arm=arm,
                reader=reader,
                n_positive=positives,
                n_negative=negatives,
                auc=auc,
                variance_delong=variance,
                ci_delong=NOTHING if alike else delong_interval(auc, variance),
                ci_exact=exact_interval(auc, fewer) if alike else NOTHING,
                ci_bootstrap=NOTHING if alike or fewer < 2 else summary.ci,
                bootstrap=summary,
                curve=roc_curve(raters.scores[place], raters.truth),
                distribution=distribution,
            )
        )
    return tuple(rows), resamples


def comparable(readings: Readings, predictions: Predictions) -> Iterator[tuple[int, int]]:
    """Pairs of raters, as places in the stack, that a study compares one by one.

    Each reader between arms (later arm first), each algorithm against each reader, algorithms with each
    other.
    """
    readers, cells = len(readings.readers), len(readings.arms) * len(readings.readers)
    for reader in range(readers):
        for before in range(len(readings.arms)):
            for after in range(before + 1, len(readings.arms)):
                yield after * readers + reader, before * readers + reader
    for model in range(len(predictions.models)):
        for cell in range(cells):
            yield cells + model, cell
        for other in range(model + 1, len(predictions.models)):
            yield cells + model, cells + other


def paired_aucs(
    raters: Raters, aucs: tuple[RaterAuc, ...], resamples: Resamples, pairs: Iterator[tuple[int, int]]
) -> tuple[PairedAuc, ...]:
    """DeLong's test for each pair; their bootstrap interval comes from resamples shared by both raters.

    Where the difference has no variance, every resample repeats it, and there is no bootstrap interval.
    """
    rows = {(row.arm, row.reader): row for row in aucs}
    found = [
        (rows[raters.names[one]], rows[raters.names[two]], [one, two])
        for one, two in pairs
        if raters.names[one] in rows and raters.names[two] in rows
    ]
    if not found:
        return ()
    summaries = summarise(np.stack([one.distribution - two.distribution for one, two, _ in found]), resamples)
    return tuple(
        PairedAuc(
            one.label,
            two.label,
            test.difference,
            test.se,
            test.z,
            test.p,
            test.ci,
            summary.ci if test.se > 0 else NOTHING,
            test.exact,
        )
        for (one, two, places), summary in zip(found, summaries, strict=True)
        for test in (
            paired_difference(
                raters.scores[places],
                raters.truth,
                (one.auc, two.auc),
                raters.delong[np.ix_(places, places)],
            ),
        )
    )

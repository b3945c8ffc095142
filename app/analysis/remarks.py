"""What must be read with the numbers of an analysis, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.analysis.placements import Bools
from app.analysis.readings import Predictions, Readings
from app.analysis.results import MrmcFamily, RaterAuc
from app.wording import counted

FEW = 10
"""Below so many cases of a class DeLong's intervals are far too short: of true AUCs from 0.7 to 0.95 those of
95 % hold 85 to 68 % with 5 diseased cases and 90 to 78 % with 10 (`python -m benchmarks.few_cases`); Kottas,
Kuss & Zapf 2014 find the same of large AUCs and small samples.
"""


def remarks(
    readings: Readings, predictions: Predictions, main: MrmcFamily, aucs: Sequence[RaterAuc]
) -> tuple[str, ...]:
    """All of them: the design, what is missing, AUCs that ask for a second look."""
    notes = []
    if len(readings.readers) == 1:
        notes.append(
            "One reader only: nothing can be said about other readers; add readers for an MRMC analysis."
        )
    if len(readings.arms) == 1:
        notes.append("One arm only: there is no difference between arms; add a column “arm” to compare two.")
    if readings.missing:
        notes.append(
            f"{readings.missing} of {readings.expected} reads of the full design are missing; each AUC "
            "uses "
            "the cases that were read, and covariances the cases that are shared."
        )
    if readings.split_plot:
        notes.append(split_plot_sentence(readings))
    if readings.exclusions:
        reasons = sorted({row.reason for row in readings.exclusions})
        notes.append(f"{len(readings.exclusions)} records were not analysed ({'; '.join(reasons)}).")
    if readings.shown is not None:
        without = np.isnan(readings.shown.probability) & _aided(readings) & ~readings.shown.absent
        if without.any():
            notes.append(f"In {without.sum()} aided reads the AI was not shown, though that was not planned.")
    notes += [*_few(aucs), *_reversed(aucs), *_alike(aucs), *_one_class(aucs)]
    if readings.with_ai is not None:
        notes.append(
            "Sequential reading: aided times are those to the final answer, from the first frame; they "
            "cannot be shorter than those to the locked answer."
        )
    if not readings.has_calls:
        notes.append("No yes/no calls: sensitivity, specificity and what follows from them are absent.")
    silent = [
        model
        for model in predictions.models
        if not (predictions.call[predictions.models.index(model)] >= 0).any()
    ]
    if silent:
        notes.append(f"No calls of {', '.join(silent)}: no operating point was invented for them.")
    return (*notes, *predictions.notes, *main.notes)


def split_plot_sentence(readings: Readings) -> str:
    """Which groups there are."""
    group = readings.reader_groups
    given = readings.read_by
    sizes = []
    for one in np.unique(group):
        names = ", ".join(np.array(readings.readers)[group == one])
        sizes.append(f"{names}: {counted(int(given[group == one].any(axis=0).sum()), 'case')}")
    return f"Split plot: {len(sizes)} groups of readers, each with cases of its own ({'; '.join(sizes)})."


def _aided(readings: Readings) -> Bools:
    """The rated reads of an arm called aided, bool (arms, readers, cases)."""
    arms = np.array([arm.lower() == "aided" for arm in readings.arms])
    return np.asarray(~np.isnan(readings.rating) & arms[:, None, None])


def _few(aucs: Sequence[RaterAuc]) -> list[str]:
    notes = []
    for kind, counts in (
        ("diseased", [one.n_positive for one in aucs]),
        ("normal", [one.n_negative for one in aucs]),
    ):
        least = min(counts, default=FEW)
        if least == 1:
            lone = _named(aucs, [count == 1 for count in counts])
            notes.append(
                f"One {kind} case only ({lone}): how {kind} cases vary cannot be known, so such an AUC has "
                "no interval and no test over cases."
            )
        elif least < FEW:
            notes.append(
                f"Only {least} {kind} cases ({_named(aucs, [count == least for count in counts])}): below "
                f"{FEW} of a class, p-values and intervals that are not marked as exact are too sure, since "
                "their formulas are for large samples."
            )
    return notes


def _reversed(aucs: Sequence[RaterAuc]) -> list[str]:
    """Readers, and algorithms, that are worse than chance by their own intervals."""
    notes = []
    for raters, what in (
        ([one for one in aucs if one.arm], "rating"),
        ([one for one in aucs if not one.arm], "score"),
    ):
        who = _named(raters, [one.ci[1] < 0.5 for one in raters])
        if who:
            notes.append(
                f"AUC well below 0.5 ({who}): perhaps the {what} or the truth is reversed (a higher {what} "
                "must mean more disease, truth 1 must mean diseased); nothing was turned round."
            )
    return notes


def _alike(aucs: Sequence[RaterAuc]) -> list[str]:
    notes = []
    for value, said in (
        (0.5, "All cases have the same rating ({}): nothing was ranked, and the AUC of 0.5 is that of ties."),
        (1.0, "Every diseased case is rated above every normal one ({})."),
        (0.0, "Every diseased case is rated below every normal one ({})."),
    ):
        who = _named(aucs, [one.exact and one.auc == value for one in aucs])
        if who:
            notes.append(said.format(who))
    if notes:
        notes.append(
            "Where all pairs of cases are ranked alike, DeLong's variance is 0 and every bootstrap resample "
            "repeats the AUC. A rater's interval (†) is then Clopper and Pearson's for as many independent "
            "pairs as the rarer class has cases; there is no bootstrap interval, and bands and boxes have no "
            "width."
        )
    return notes


def _one_class(aucs: Sequence[RaterAuc]) -> list[str]:
    lost = max((len(one.distribution) - one.bootstrap.resamples for one in aucs), default=0)
    if not lost:
        return []
    return [
        f"Up to {lost} of {len(aucs[0].distribution)} bootstrap resamples held cases of one class only and "
        "were left out; the bootstrap intervals are over the others."
    ]


def _named(raters: Sequence[RaterAuc], which: Sequence[bool], most: int = 6) -> str:
    """The raters that are meant, the first few of many, “all raters” for all of several; "" without any."""
    if all(which) and len(raters) > 1:
        return "all raters"
    labels = [one.label for one, meant in zip(raters, which, strict=True) if meant]
    rest = len(labels) - most
    return ", ".join(labels[:most]) + (f" and {rest} more" if rest > 0 else "")

"""MRMC analyses of whatever readers the arms have in common, and algorithms against the readers of an arm."""

from __future__ import annotations

import numpy as np

from app.analysis.components import Groups
from app.analysis.exact import Unvarying
from app.analysis.mrmc import MrmcResult, analyse
from app.analysis.options import AnalysisOptions
from app.analysis.placements import Floats
from app.analysis.readings import Readings
from app.analysis.results import AgainstReaders, MrmcFamily, PairedArms
from app.analysis.sections.aucs import Raters
from app.analysis.sections.merits import Merits, auc_merits, call_merits
from app.analysis.unpaired import non_inferiority, unpaired


def family(
    merits: Merits,
    arms: tuple[str, ...],
    readers: tuple[str, ...],
    options: AnalysisOptions,
    groups: Groups | None = None,
) -> MrmcFamily:
    """Analyse all arms with the readers that all of them share, then the pairs of arms that share others.

    `groups`: int (readers,), those of a split plot.
    """
    theta, covariance, measure, unvarying = merits.theta, merits.covariance, merits.measure, merits.unvarying
    present = ~np.isnan(theta)

    def crossed(of: list[int], who: list[int]) -> MrmcResult:
        block = covariance[np.ix_(of, who, of, who)]
        return analyse(
            theta[np.ix_(of, who)],
            block,
            tuple(arms[arm] for arm in of),
            tuple(readers[reader] for reader in who),
            options.generalise,
            measure,
            merits.method,
            Unvarying(unvarying.constant[np.ix_(of, who)], unvarying.cases),
            None if groups is None else groups[who],
        )

    every = [arm for arm in range(len(arms)) if present[arm].any()]
    common = np.flatnonzero(present[every].all(axis=0)).tolist() if every else []
    notes = [
        f"Arm {arms[arm]} has no reader with both classes and was left out."
        for arm in range(len(arms))
        if arm not in every and measure == "AUC"
    ]
    left_out = [
        readers[reader] for reader in range(len(readers)) if reader not in common and present[:, reader].any()
    ]
    if left_out and common:
        notes.append(f"Not in all arms, hence not in the main analysis: {', '.join(left_out)}.")
    if not common and every:
        nobody = (present[every].sum(axis=0) <= 1).all()
        notes.append(
            "Readers are nested in arms: nobody read in two arms, so that arms are compared as independent "
            "groups of readers."
            if nobody
            else "No reader read all arms; the arms are compared two by two."
        )
    pairs, nested = [], []
    for place, first in enumerate(every):
        for second in every[place + 1 :]:
            shared = np.flatnonzero(present[first] & present[second]).tolist()
            if shared and shared != common:
                pairs.append(crossed([first, second], shared))
            elif not shared:
                nested.append(_nested(theta, covariance, arms, (second, first)))
    main = crossed(every, common) if common else None
    alone = [] if main else [crossed([arm], np.flatnonzero(present[arm]).tolist()) for arm in every]
    return MrmcFamily(main, tuple(pairs), tuple(nested), tuple(notes), tuple(alone))


def _nested(theta: Floats, covariance: Floats, arms: tuple[str, ...], pair: tuple[int, int]) -> PairedArms:
    first, second = (np.flatnonzero(~np.isnan(theta[arm])) for arm in pair)
    cells = [(pair[0], reader) for reader in first] + [(pair[1], reader) for reader in second]
    block = np.array([[covariance[a, j, b, k] for b, k in cells] for a, j in cells])
    found = unpaired(theta[pair[0], first], theta[pair[1], second], block)
    sizes = f"{len(first)} reader(s) against {len(second)} other(s)"
    notes = (f"Different readers in the two arms ({sizes}): compared as independent groups.", *found.notes)
    return PairedArms(
        arms[pair[0]], arms[pair[1]], found.estimate, found.se, found.t, found.df, found.p, found.ci, notes
    )


def auc_family(readings: Readings, raters: Raters, options: AnalysisOptions) -> MrmcFamily:
    """The MRMC analysis of AUC."""
    merits = auc_merits(readings, raters, options)
    return family(merits, readings.arms, readings.readers, options, readings.reader_groups)


def call_family(readings: Readings, options: AnalysisOptions, diseased: bool) -> MrmcFamily | None:
    """The MRMC analysis of sensitivity (`diseased`) or specificity, over the cases of that class alone."""
    merits = call_merits(readings, diseased)
    if merits is None:
        return None
    return family(merits, readings.arms, readings.readers, options, readings.reader_groups)


def models_against_readers(
    readings: Readings, raters: Raters, options: AnalysisOptions
) -> tuple[AgainstReaders, ...]:
    """Each algorithm against the readers of each arm that has at least two."""
    rows = []
    readers = len(readings.readers)
    cells = len(readings.arms) * readers
    for model in range(cells, len(raters.names)):
        for place, arm in enumerate(readings.arms):
            own = range(place * readers, (place + 1) * readers)
            mine = [cell for cell in own if not np.isnan(raters.placements.auc[cell])]
            if len(mine) < 2 or np.isnan(raters.placements.auc[model]):
                continue
            chosen = [model, *mine]
            auc = raters.placements.auc[chosen]
            found = unpaired(auc[:1], auc[1:], raters.covariance[np.ix_(chosen, chosen)])
            notes = found.notes
            if raters.placements.constant[model] and found.se > 0:
                notes = (
                    *notes,
                    f"Its AUC is {auc[0]:g} without any variance: standard error and tests are those of the "
                    "readers alone and too sure.",
                )
            rows.append(
                AgainstReaders(
                    model=raters.names[model][1],
                    arm=arm,
                    effect=found.estimate,
                    se=found.se,
                    t=found.t,
                    df=found.df,
                    p=found.p,
                    ci=found.ci,
                    non_inferiority=non_inferiority(found, options.margin),
                    notes=notes,
                )
            )
    return tuple(rows)

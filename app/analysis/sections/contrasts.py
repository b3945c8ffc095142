"""Whether the arms differ by more in one subgroup than in another: the test of interaction.

Of two groups of cases the same readers give each a difference of differences, whose covariance is the sum of
both groups', since they share no case; its mean is that of one arm of Obuchowski & Rockette 1995 with the
df of Hillis 2007. Two groups of readers share their cases and are compared as readers nested in arms are
(Obuchowski, Gallas & Hillis 2012).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from app.analysis.distributions import interval, t_two_sided
from app.analysis.mrmc import analyse
from app.analysis.options import AnalysisOptions
from app.analysis.planned_results import SubgroupContrast
from app.analysis.readings import Readings
from app.analysis.sections.merits import all_merits
from app.analysis.traits import Traits, parts
from app.analysis.unpaired import unpaired
from app.plan import Generalise
from app.subgroup import Subgroup, SubgroupOf

Part = tuple[str, Readings]


def contrasts(readings: Readings, traits: Traits, options: AnalysisOptions) -> tuple[SubgroupContrast, ...]:
    """Each subgroup with a relation against all others, of an attribute's values each pair."""
    rows: list[SubgroupContrast] = []
    for line in dict.fromkeys((*options.planned_subgroups, *options.subgroups)):
        planned = line in options.planned_subgroups
        for one, other in _pairs(line, readings, traits):
            compared = (
                _of_cases(one, other, options)
                if line.of is SubgroupOf.CASES
                else _of_readers(one, other, readings, options)
            )
            rows += [replace(row, planned=planned) for row in compared]
    return tuple(rows)


def _pairs(line: Subgroup, readings: Readings, traits: Traits) -> Iterator[tuple[Part, Part]]:
    """Two by two, those that have both classes."""
    lines = [line, line.opposite] if line.relation else [line]
    found = [(name, part) for one in lines for name, part, _ in parts(one, readings, traits)]
    read = [(name, _read(part)) for name, part in found]
    return combinations([(name, part) for name, part in read if _has_both(part)], 2)


def _read(part: Readings) -> Readings:
    return part.only(np.asarray((~np.isnan(part.rating)).any(axis=(0, 1))))


def _has_both(part: Readings) -> bool:
    return bool(part.reads and part.truth.any() and not part.truth.all())


def _of_cases(one: Part, other: Part, options: AnalysisOptions) -> Iterator[SubgroupContrast]:
    readings = one[1]
    elsewhere = {merits.measure: merits for merits in all_merits(other[1], options)}
    for here in all_merits(readings, options):
        there = elsewhere.get(here.measure)
        for second, first in combinations(range(len(readings.arms)), 2):
            if (
                there is None
                or not (who := here.with_both(first, second) & there.with_both(first, second)).any()
            ):
                continue
            chosen = np.flatnonzero(who).tolist()
            ours, theirs = here.between(first, second, chosen), there.between(first, second, chosen)
            groups = readings.reader_groups
            found = analyse(
                (ours[0] - theirs[0])[None],
                (ours[1] + theirs[1])[None, :, None],
                ("difference",),
                tuple(readings.readers[reader] for reader in chosen),
                options.generalise,
                groups=None if groups is None else groups[chosen],
            )
            (mean,) = found.arms
            p = t_two_sided(mean.estimate / mean.se, mean.df) if mean.se > 0 else np.nan
            yield SubgroupContrast(
                one[0], other[0], False, here.measure, readings.arms[first], readings.arms[second],
                len(chosen), mean.estimate, mean.se, mean.df, p, interval(mean.estimate, mean.se, mean.df),
                found.generalise,
            )  # fmt: skip


def _of_readers(
    one: Part, other: Part, readings: Readings, options: AnalysisOptions
) -> Iterator[SubgroupContrast]:
    for merits in all_merits(readings, options):
        for second, first in combinations(range(len(readings.arms)), 2):
            who = merits.with_both(first, second)
            ours, theirs = (
                [place for place, name in enumerate(readings.readers) if who[place] and name in part.readers]
                for _, part in (one, other)
            )
            if not (ours and theirs):
                continue
            theta, covariance = merits.between(first, second, [*ours, *theirs])
            found = unpaired(theta[: len(ours)], theta[len(ours) :], covariance)
            yield SubgroupContrast(
                one[0], other[0], False, merits.measure, readings.arms[first], readings.arms[second],
                len(theta), found.estimate, found.se, found.df, found.p, found.ci, Generalise.BOTH,
            )  # fmt: skip

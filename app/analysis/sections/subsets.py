"""The comparison of arms in parts of the study: in the other analysis set, and in subgroups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.analysis.mrmc import ArmDifference
from app.analysis.options import AnalysisOptions
from app.analysis.planned_results import SubsetRow
from app.analysis.readings import Predictions, Readings
from app.analysis.results import MrmcFamily, PairedArms
from app.analysis.sections.arms import auc_family, call_family
from app.analysis.sections.aucs import stack
from app.analysis.traits import Traits, in_set, parts
from app.plan import Generalise
from app.subgroup import Subgroup


def subset_rows(
    readings: Readings, traits: Traits, options: AnalysisOptions, every: Readings
) -> tuple[SubsetRow, ...]:
    """AUC, sensitivity and specificity in the other set and in each subgroup.

    `readings` are those of the analysis set and `every` all of them. The set has a row where it holds other
    reads; subgroups by plan come before those that were only asked for.
    """
    rows: list[SubsetRow] = []
    other = in_set(every, options.analysis_set.other)
    if every.departed is not None and (every.departed & ~np.isnan(every.rating)).any():
        name = f"analysis set: {options.analysis_set.other.value}"
        rows += _compared(name, other, options, planned=options.plan is not None, unknown=0)
    asked = [(line, True) for line in options.planned_subgroups]
    asked += [(line, False) for line in options.subgroups if line not in options.planned_subgroups]
    for line, planned in asked:
        rows += _subgroup(line, planned, readings, traits, options)
    return tuple(rows)


def _subgroup(
    line: Subgroup, planned: bool, readings: Readings, traits: Traits, options: AnalysisOptions
) -> Iterator[SubsetRow]:
    found = parts(line, readings, traits)
    if not found:
        yield _nothing(str(line), readings.only(np.zeros(len(readings.cases), bool)), planned, "AUC", 0)
    for name, part, unknown in found:
        yield from _compared(name, part, options, planned, unknown)


def _compared(
    name: str, part: Readings, options: AnalysisOptions, planned: bool, unknown: int
) -> Iterator[SubsetRow]:
    """The rows of one part; where it cannot be analysed one row says why."""
    present = ~np.isnan(part.rating)
    part = part.only(np.asarray(present.any(axis=(0, 1)))).of_readers(np.asarray(present.any(axis=(0, 2))))
    if not part.truth.any() or part.truth.all():
        yield _nothing(name, part, planned, "AUC", unknown)
        return
    if len(part.readers) == 1:
        options = options.with_readers_fixed()
    nobody = Predictions.none(len(part.cases))
    families: Sequence[tuple[str, MrmcFamily | None]] = (
        ("AUC", auc_family(part, stack(part, nobody, options), options)),
        ("sensitivity", call_family(part, options, diseased=True)),
        ("specificity", call_family(part, options, diseased=False)),
    )
    for measure, family in families:
        if family is not None:
            yield from _rows(name, part, planned, unknown, measure, family, options.generalise)


def _rows(
    name: str,
    part: Readings,
    planned: bool,
    unknown: int,
    measure: str,
    family: MrmcFamily,
    generalise: Generalise,
) -> Iterator[SubsetRow]:
    size = _size(part)
    means = {one.arm: one.estimate for result in family.means for one in result.arms}
    differences = [one for result in family.means for one in result.differences]
    compared: list[ArmDifference | PairedArms] = [*differences, *family.unpaired]
    for row in compared:
        yield SubsetRow(
            name, planned, *size, unknown, measure, row.first, row.second, means.get(row.first, np.nan),
            means.get(row.second, np.nan), row.estimate, row.se, row.df, row.p, row.ci, generalise,
        )  # fmt: skip
    if not compared:
        for result in family.means:
            for arm in result.arms:
                yield SubsetRow(
                    name, planned, *size, unknown, measure, arm.arm, "", arm.estimate, np.nan, np.nan,
                    arm.se, arm.df, np.nan, arm.ci, generalise,
                )  # fmt: skip


def _nothing(name: str, part: Readings, planned: bool, measure: str, unknown: int) -> SubsetRow:
    nan = float("nan")
    sizes = _size(part)
    return SubsetRow(
        name, planned, *sizes, unknown, measure, "", "", nan, nan, nan, nan, nan, nan, (nan, nan), None
    )


def _size(part: Readings) -> tuple[int, int, int, int]:
    """Readers, cases, diseased ones among them, and reads."""
    return len(part.readers), len(part.cases), int(part.truth.sum()), part.reads

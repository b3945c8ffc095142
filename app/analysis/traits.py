"""What is known of cases and readers beyond their reads, and the parts of a study that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.analysis.readings import Exclusion, Readings
from app.plan import AnalysisSet
from app.subgroup import Subgroup, SubgroupOf

Values = Mapping[str, Mapping[str, str]]
"""The value of each attribute, by attribute and then by case or reader."""
DEPARTED = "a deviation from the protocol is recorded"
WITHDRAWN = "the reader was withdrawn"
EXCLUDED = "the case was excluded"


@dataclass(frozen=True)
class Traits:
    """Attributes of cases (columns of the truth table) and readers (answers to the first questionnaire)."""

    cases: Values = field(default_factory=dict)
    readers: Values = field(default_factory=dict)

    def values(self, part: Subgroup, readings: Readings) -> dict[str, str]:
        """The attribute's value of each case or reader of the study; "" where it is not known."""
        names, known = (
            (readings.cases, self.cases) if part.of is SubgroupOf.CASES else (readings.readers, self.readers)
        )
        spelled = {name.casefold(): found for name, found in known.items()}
        found = spelled.get(part.attribute.casefold(), {})
        return {name: found.get(name, "").strip() for name in names}


def parts(line: Subgroup, readings: Readings, traits: Traits) -> list[tuple[str, Readings, int]]:
    """The subgroups of a line: name, reads, and how many cases or readers have no value.

    A line without a relation gives a subgroup for each value, in their order.
    """
    values = traits.values(line, readings)
    lines = [line]
    if not line.relation:
        lines = [replace(line, relation="=", value=one) for one in sorted({*values.values()} - {""})]
    made = []
    for one in lines:
        held = [one.holds(value) for value in values.values()]
        keep = np.array([bool(each) for each in held], bool)
        part = readings.only(keep) if one.of is SubgroupOf.CASES else readings.of_readers(keep)
        made.append((str(one), part, held.count(None)))
    return made


def in_set(readings: Readings, wanted: AnalysisSet) -> Readings:
    """The reads of an analysis set; those that are not in it are listed among what is left out.

    Readers who were withdrawn are not among the readers of the set per protocol.
    """
    departed = readings.departed
    if wanted is AnalysisSet.ALL or departed is None or not departed.any():
        return readings
    gone = departed & ~np.isnan(readings.rating)
    listed = tuple(
        Exclusion(_why(readings, j, k), readings.readers[j], readings.arms[i], readings.cases[k])
        for i, j, k in np.argwhere(gone).tolist()
    )
    kept = readings.with_cubes(lambda cube: np.where(departed, np.nan, cube))
    kept = replace(kept, exclusions=(*readings.exclusions, *listed))
    if not readings.withdrawn:
        return kept
    return kept.of_readers(np.array([reader not in readings.withdrawn for reader in readings.readers]))


def _why(readings: Readings, reader: int, case: int) -> str:
    if readings.cases[case] in readings.excluded:
        return EXCLUDED
    return WITHDRAWN if readings.readers[reader] in readings.withdrawn else DEPARTED

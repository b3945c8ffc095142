"""Some of the cases or readers of a study, named by what is known of them.

A line says it: `cases: age >= 65`, `readers: years_experience < 5`, `cases: site = Basel`; without a relation
(`cases: sex`) every value makes a subgroup of its own.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

EXAMPLE = "readers: years_experience < 5"
"""A subgroup as it is written: of whom, an attribute, and perhaps a relation with a value."""
_LINE = re.compile(
    r"\s*(?P<of>\w+)\s*:\s*(?P<attribute>[\w .-]*?[\w.-])\s*"
    r"((?P<relation>>=|<=|!=|=|<|>)\s*(?P<value>.*?\S)\s*)?"
)
_NUMBERS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "!=", "!=": "="}


class SubgroupOf(StrEnum):
    """What a subgroup is part of."""

    CASES = "cases"
    READERS = "readers"


@dataclass(frozen=True)
class Subgroup:
    """One line; `relation` and `value` are "" where every value of the attribute is meant."""

    of: SubgroupOf
    attribute: str
    relation: str = ""
    value: str = ""

    def __str__(self) -> str:
        """The line that `subgroup` reads."""
        return f"{self.of}: {self.attribute} {self.relation} {self.value}".strip()

    @property
    def opposite(self) -> Subgroup:
        """All others of whom the attribute is known; raises KeyError without a relation."""
        return replace(self, relation=_OPPOSITE[self.relation])

    def holds(self, known: str) -> bool | None:
        """Whether one with that value belongs to it; None where the value is empty or no number."""
        if not known.strip():
            return None
        if self.relation in _NUMBERS:
            try:
                return _NUMBERS[self.relation](float(known), float(self.value))
            except ValueError:
                return None
        return (known.strip().casefold() == self.value.casefold()) == (self.relation == "=")


def subgroup(line: str) -> Subgroup:
    """The subgroup of a line; raises ValueError saying what is wrong with it."""
    found = _LINE.fullmatch(line)
    if found is None or found["of"].lower() not in list(SubgroupOf):
        raise ValueError(f'“{line}” is no subgroup; write it as "{EXAMPLE}" or "cases: sex".')
    made = Subgroup(
        SubgroupOf(found["of"].lower()), found["attribute"], found["relation"] or "", found["value"] or ""
    )
    if made.relation in _NUMBERS:
        try:
            float(made.value)
        except ValueError:
            raise ValueError(f"“{line}”: {made.relation} needs a number.") from None
    return made

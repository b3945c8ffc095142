"""What can be decided of an analysis before there is anything to analyse.

A protocol says it and the analysis does it; neither needs to know the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

EXAMPLE = "auc: aided > unaided, margin 0.05"
"""A hypothesis as it is written: a measure, an arm, a relation, another arm, and perhaps a margin."""
_LINE = re.compile(
    r"\s*(?P<measure>\w+)\s*:\s*(?P<first>[\w-]+)\s*(?P<relation>>|<|!=|=)\s*(?P<second>[\w-]+)\s*"
    r"(,\s*margin\s+(?P<margin>\d*\.?\d+)\s*)?"
)


class PlannedCases(StrEnum):
    """What becomes of cases on which the algorithm was planned to be wrong or absent."""

    LEFT_OUT = "left out"
    KEPT = "kept"


class AnalysisSet(StrEnum):
    """Which reads are analysed."""

    ALL = "all"
    PER_PROTOCOL = "per protocol"
    """Without those on which a deviation from the protocol is recorded, of readers who were withdrawn, and of
    cases that were excluded."""

    @property
    def other(self) -> AnalysisSet:
        """The set beside it."""
        return AnalysisSet.PER_PROTOCOL if self is AnalysisSet.ALL else AnalysisSet.ALL


class Generalise(StrEnum):
    """What the conclusion extends to."""

    BOTH = "random readers, random cases"
    CASES = "fixed readers, random cases"
    READERS = "random readers, fixed cases"

    def draws(self, readers: int, cases: int) -> int:
        """How many independent draws of what is random a design of so many readers and cases holds."""
        if self is Generalise.CASES:
            return cases
        return readers if self is Generalise.READERS else min(readers, cases)


class CovarianceMethod(StrEnum):
    """How the covariance of AUCs is estimated."""

    JACKKNIFE = "jackknife"
    DELONG = "delong"
    UNBIASED = "unbiased"


class Endpoint(StrEnum):
    """What arms are compared by."""

    AUC = "auc"
    SENSITIVITY = "sensitivity"
    SPECIFICITY = "specificity"
    WAFROC = "wafroc"
    TIME = "time"
    """Ratio of geometric means; a margin of 0.1 is a ratio of 1.1."""


class Relation(StrEnum):
    """What is to be shown of the first arm against the second."""

    GREATER = ">"
    """Superior; with a margin not inferior by it."""
    LESS = "<"
    DIFFERENT = "!="
    EQUIVALENT = "="
    """Different by less than the margin, to either side."""


class Multiplicity(StrEnum):
    """How several hypotheses share one error."""

    SEQUENCE = "fixed sequence"
    """In their order, until one is not shown."""
    HOLM = "holm"
    NONE = "none"
    """The first is the primary one; the others are exploratory."""


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis; `margin` 0 is none."""

    endpoint: Endpoint
    first: str
    relation: Relation
    second: str
    margin: float = 0.0

    def __str__(self) -> str:
        """The line that `hypothesis` reads."""
        margin = f", margin {self.margin:g}" if self.margin else ""
        return f"{self.endpoint}: {self.first} {self.relation} {self.second}{margin}"

    @property
    def kind(self) -> str:
        """What the test is called."""
        match self.relation:
            case Relation.DIFFERENT:
                return "difference, two-sided"
            case Relation.EQUIVALENT:
                return "equivalence, two one-sided tests"
            case _:
                return f"{'non-inferiority' if self.margin else 'superiority'}, one-sided"


@dataclass(frozen=True)
class AnalysisPlan:
    """The hypotheses in their order, and how they are tested; `alpha` is two-sided."""

    hypotheses: tuple[Hypothesis, ...]
    multiplicity: Multiplicity
    alpha: float
    generalise: Generalise
    covariance: CovarianceMethod


def hypothesis(line: str) -> Hypothesis:
    """The hypothesis of a line; raises ValueError saying what is wrong with it."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f'“{line}” is no hypothesis; write it as "{EXAMPLE}".')
    named = found["measure"].lower()
    if named not in list(Endpoint):
        raise ValueError(f"“{line}”: {named} cannot be tested; there are {', '.join(Endpoint)}.")
    made = Hypothesis(
        Endpoint(named), found["first"], Relation(found["relation"]), found["second"],
        float(found["margin"] or 0.0),
    )  # fmt: skip
    if made.first == made.second:
        raise ValueError(f"“{line}” compares an arm with itself.")
    if made.relation is Relation.EQUIVALENT and not made.margin:
        raise ValueError(f"“{line}”: equivalence needs a margin.")
    if made.relation is Relation.DIFFERENT and made.margin:
        raise ValueError(f"“{line}”: a difference has no margin; write > or < for non-inferiority.")
    if made.margin >= 1.0:
        raise ValueError(f"“{line}”: a margin is a share below 1.")
    return made

"""A truth panel: what its members said alone, where they disagree, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.study.reading import Outcome, Reading


@dataclass(frozen=True)
class Vote:
    """One answer: the call (None when there was none), the rating, and the report regions it names."""

    reader: str
    call: bool | None
    rating: int | None = None
    regions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The answer in a few words, under the reader's code."""
        if self.call is None:
            return f"{self.reader}: no answer"
        said = f"{self.reader}: {'yes' if self.call else 'no'}"
        rated = f", {self.rating}" if self.rating is not None else ""
        return f"{said}{rated}{' (' + ', '.join(self.regions) + ')' if self.regions else ''}"


class Standing(StrEnum):
    """Where a case stands."""

    OPEN = "not read by all members"
    AGREED = "agreed"
    DISPUTED = "disputed"
    DECIDED = "decided"


@dataclass(frozen=True)
class PanelCase:
    """One case: the members' answers in the order of the protocol, and the adjudicator's."""

    case: str
    votes: tuple[Vote, ...]
    members: int
    decision: Vote | None = None

    @property
    def dispute(self) -> str:
        """On what the members disagree: the call, or else the regions; empty when they agree."""
        if len({vote.call for vote in self.votes}) > 1 or any(vote.call is None for vote in self.votes):
            return "call"
        regions = {vote.regions for vote in self.votes}
        return "regions" if self.votes and self.votes[0].call and len(regions) > 1 else ""

    @property
    def standing(self) -> Standing:
        """Where it stands now."""
        if len(self.votes) < self.members:
            return Standing.OPEN
        if not self.dispute:
            return Standing.AGREED
        decided = self.decision is not None and self.decision.call is not None
        return Standing.DECIDED if decided else Standing.DISPUTED

    @property
    def outcome(self) -> Vote | None:
        """What counts as the truth; None while nobody can say."""
        match self.standing:
            case Standing.AGREED:
                return self.votes[0]
            case Standing.DECIDED:
                return self.decision
        return None

    @property
    def told(self) -> str:
        """What the adjudicator is told of the others: codes and answers."""
        return "The panel disagrees. " + "; ".join(vote.sentence for vote in self.votes) + "."

    @property
    def provenance(self) -> str:
        """How the truth came about."""
        readers = ", ".join(vote.reader for vote in self.votes)
        if self.standing is Standing.DECIDED and self.decision is not None:
            return f"adjudicated by {self.decision.reader} ({self.dispute} disputed)"
        return f"agreed by {readers}"


def vote_of(reading: Reading) -> Vote:
    """The answer of a reading; the regions are those ticked in the checklist, in their fixed order."""
    answer = reading.answer
    answered = reading.flags.outcome is Outcome.ANSWERED
    call = answer.call if answered else None
    return Vote(reading.identity.reader, call, answer.rating if answered else None, tuple(answer.checklist))


def panel_cases(
    cases: Sequence[str], answers: Mapping[tuple[str, str], Vote], members: Sequence[str], adjudicator: str
) -> tuple[PanelCase, ...]:
    """How every case stands; `answers` by reader and case."""
    return tuple(
        PanelCase(
            case,
            tuple(answers[member, case] for member in members if (member, case) in answers),
            len(members),
            answers.get((adjudicator, case)),
        )
        for case in cases
    )

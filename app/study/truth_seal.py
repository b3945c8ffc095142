"""A seal of the truth: it binds the reference standard without telling it; nobody can guess the salt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.study.canonical import canonical_json, sha256_text
from app.study.truth import CaseTruth


def truth_seal(truths: Mapping[str, CaseTruth], masks: Mapping[str, str], salt: str) -> str:
    """SHA-256 of all that the truth says, with the hashes of the lesion masks by name."""
    listed = [truths[case] for case in sorted(truths)]
    return sha256_text(canonical_json(["scintiread truth", salt, listed, sorted(masks.items())]))


@dataclass(frozen=True)
class TruthChange:
    """One case whose truth was changed; None where it had none before, or has none any more."""

    case: str
    before: CaseTruth | None
    after: CaseTruth | None

    @property
    def words(self) -> str:
        """ "C5 from 1 to 0"."""
        if self.before and self.after and self.before.truth == self.after.truth:
            return f"{self.case} in its details"
        return f"{self.case} from {_word(self.before)} to {_word(self.after)}"


@dataclass(frozen=True)
class TruthRecord:
    """What is kept with the truth of one record; readers see its hash alone.

    `before` and `after` are seals; `nonce` keeps the hash from being guessed.
    """

    by: str
    reason: str
    before: str
    after: str
    changes: tuple[TruthChange, ...]
    nonce: str

    @property
    def sha256(self) -> str:
        """The hash that stands in the coordinator's chain."""
        return sha256_text(canonical_json(self))


def truth_changes(before: Mapping[str, CaseTruth], after: Mapping[str, CaseTruth]) -> tuple[TruthChange, ...]:
    """The cases that differ, by code."""
    return tuple(
        TruthChange(case, before.get(case), after.get(case))
        for case in sorted({*before, *after})
        if before.get(case) != after.get(case)
    )


def _word(truth: CaseTruth | None) -> str:
    return "nothing" if truth is None else str(int(truth.truth))
